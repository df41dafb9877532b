import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InvalidDefinition, QueryPoolError } from '../errors/index.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse-config.ts'
import { readConfig } from './read-config.ts'
import { resolveDatabase } from './resolve-database.ts'

const secret = 'hunter2'
const url = `postgres://me:${secret}@db.example/warehouse`
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qp-secrets-'))
  cpSync(new URL('test-certificates', import.meta.url), folder, { recursive: true })
})

afterAll(() => rmSync(folder, { recursive: true }))

function configOf(text: string): Config {
  return parseConfig(new TextEncoder().encode(text), { shown: 'qp.yaml', path: join(folder, 'qp.yaml') })
}

async function failure(text: string, name: string, environment: NodeJS.ProcessEnv = {}): Promise<QueryPoolError> {
  const thrown = await resolveDatabase(configOf(text), name, environment).catch((error: unknown) => error)
  if (!(thrown instanceof QueryPoolError)) throw new Error(`expected a failure, got ${JSON.stringify(thrown)}`)
  expect(`${thrown.format()}${JSON.stringify(thrown)}${thrown.stack}`).not.toContain(secret)
  return thrown
}

async function messagesOf(text: string, environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const thrown = await failure(text, 'w', environment)
  expect(thrown.code).toBe('QP_SECRET_UNREADABLE')
  return (thrown as InvalidDefinition).faults.map((fault) => fault.message)
}

test('a database comes with its secrets, and nothing is read for the others', async () => {
  writeFileSync(join(folder, 'url'), `${url}?sslmode=disable&application_name=x\r\n`)
  const config = configOf(`databases:
  w:
    url: file:url
    tls: { ca: file:server.pem, cert: file:server.pem, key: env:KEY }
    maxConcurrency: 3
    statementTimeout: 5s
    role: reporting
  other: { url: env:NOT_HERE }
`)
  const pem = readFileSync(join(folder, 'server.pem'), 'utf8').trimEnd()
  const key = readFileSync(join(folder, 'server.key'), 'utf8').trimEnd()
  const resolved = await resolveDatabase(config, 'w', { KEY: key })
  expect(resolved).toEqual({
    name: 'w',
    url: `${url}?application_name=x`,
    ssl: { mode: 'verify-full', ca: pem, cert: pem, key },
    maxConcurrency: 3,
    statementTimeoutMs: 5000,
    role: 'reporting',
  })
  expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved)
  expect(JSON.stringify({ ...config, databases: [...config.databases] })).not.toContain(secret)
})

test('without tls the URL stays as it is written', async () => {
  const config = configOf('databases: { w: { url: env:W } }')
  const resolved = await resolveDatabase(config, 'w', { W: `${url}?sslmode=disable` })
  expect(resolved).toMatchObject({ url: `${url}?sslmode=disable`, ssl: null, maxConcurrency: null })
})

describe('a name that is not there', () => {
  test('is answered with the ones that are', async () => {
    const thrown = await failure('databases: { warehouse: { url: env:W }, shop: { url: env:S } }', 'warehose')
    expect(thrown).toMatchObject({
      code: 'QP_DATABASE_UNKNOWN',
      exitStatus: 2,
      message: 'There is no database `warehose`. Did you mean `warehouse`?',
      remedy: `${join(folder, 'qp.yaml')} has warehouse, shop: name one of these, or add it there.`,
    })
  })

  test('of an object of the language is not there either', async () => {
    expect(await failure('databases: { w: { url: env:W } }', 'constructor')).toMatchObject({
      code: 'QP_DATABASE_UNKNOWN',
    })
  })

  test('says so when there are none, or no file', async () => {
    expect((await failure('', 'w')).remedy).toContain('names no database')
    const thrown = await resolveDatabase(await readConfig({}, folder), 'w', {}).catch((error: unknown) => error)
    expect((thrown as QueryPoolError).remedy).toContain('There is no configuration file')
  })

  test('is not repeated when it could be a URL', async () => {
    await failure('', `postgre://me:${secret}@host/db`)
  })
})

describe('a secret that cannot be used', () => {
  const inVariable = 'databases: { w: { url: env:WAREHOUSE_URL } }'
  const inFile = 'databases: { w: { url: file:secret } }'

  test('is named, all of them at once', async () => {
    expect(
      await messagesOf('databases: { w: { url: env:W, tls: { ca: file:none, cert: env:C, key: file:. } } }'),
    ).toEqual([
      '`databases.w.url` is in env:W, which cannot be used: the environment of this process has no such variable.',
      `\`databases.w.tls.ca\` is in file:${folder}/none, which cannot be used: there is no such file.`,
      '`databases.w.tls.cert` is in env:C, which cannot be used: the environment of this process has no such variable.',
      `\`databases.w.tls.key\` is in file:${folder}, which cannot be used: it is a folder.`,
    ])
  })

  test.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    [secret, 'it does not begin with postgres://'],
    [`postgres://me:${secret}@ho st:x/db`, 'it cannot be taken apart'],
  ])('%j as a URL', async (value, why) => {
    expect((await messagesOf(inVariable, { WAREHOUSE_URL: value }))[0]).toContain(why)
  })

  test.each([
    [Buffer.from([0xff, 0x41]), 'it is not UTF-8'],
    [Buffer.alloc(300_000, secret), 'it has more than 256 KiB'],
  ])('a file with something else', async (bytes, why) => {
    writeFileSync(join(folder, 'secret'), bytes)
    expect((await messagesOf(inFile))[0]).toContain(why)
  })

  test.skipIf(process.getuid?.() === 0)('a file that this user may not read', async () => {
    writeFileSync(join(folder, 'secret'), url)
    chmodSync(join(folder, 'secret'), 0)
    expect((await messagesOf(inFile))[0]).toContain('this user may not read it')
    rmSync(join(folder, 'secret'))
  })

  test.each([
    ['ca: env:JUNK', 'tls.ca` is in env:JUNK, which cannot be used: it holds no certificate'],
    ['cert: env:JUNK, key: file:server.key', 'tls.cert` is in env:JUNK, which cannot be used: it holds no certificate'],
    ['cert: file:server.pem, key: file:other.key', 'it is not the key of the certificate'],
    ['cert: file:server.pem, key: env:JUNK', 'tls.key` is in env:JUNK, which cannot be used: it is not the key'],
  ])('tls: %s', async (tls, why) => {
    const messages = await messagesOf(`databases: { w: { url: env:W, tls: { ${tls} } } }`, { W: url, JUNK: secret })
    expect(messages).toHaveLength(1)
    expect(messages[0]).toContain(why)
  })
})
