import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import { readConfig } from './read-config.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qp-config-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function faultOf(named: string, workingFolder = folder): Promise<unknown> {
  const thrown = await readConfig({ QUERYPOOL_CONFIG: named }, workingFolder).catch((error: unknown) => error)
  return thrown instanceof InvalidDefinition ? thrown.faults[0] : thrown
}

test('without a file every setting has its default', async () => {
  const config = await readConfig({}, folder)
  expect(config).toMatchObject({ file: null, storeLocation: null, limits: { maxQueries: 1_000_000 } })
  expect(config.databases.size).toBe(0)
})

test('querypool.yaml in the working folder is read, even if QUERYPOOL_CONFIG is empty', async () => {
  const working = join(folder, 'working')
  await mkdir(working)
  await writeFile(join(working, 'querypool.yaml'), 'store: { folder: results }')
  const config = await readConfig({ QUERYPOOL_CONFIG: '' }, working)
  expect(config).toMatchObject({ file: join(working, 'querypool.yaml'), storeLocation: join(working, 'results') })
})

test('the file that QUERYPOOL_CONFIG names is read, relative to the working folder', async () => {
  await mkdir(join(folder, 'etc'))
  await writeFile(join(folder, 'etc', 'qp.yml'), 'databases: { w: { url: file:url } }')
  const config = await readConfig({ QUERYPOOL_CONFIG: 'etc/qp.yml' }, folder)
  expect(config.file).toBe(join(folder, 'etc', 'qp.yml'))
  expect(config.databases.get('w')?.urlReference).toEqual({ kind: 'file', path: join(folder, 'etc', 'url') })
})

test('a file that is named and not there is a fault', async () => {
  expect(await faultOf('none.yaml')).toMatchObject({
    code: 'QP_CONFIG_FILE',
    message: 'The configuration file cannot be read: there is no such file.',
    place: { file: 'none.yaml' },
  })
})

test('a folder is a fault, also under the name that is read by itself', async () => {
  const message = 'The configuration file cannot be read: it is a folder.'
  expect(await faultOf('.')).toMatchObject({ code: 'QP_CONFIG_FILE', message })
  const working = join(folder, 'other')
  await mkdir(join(working, 'querypool.yaml'), { recursive: true })
  expect(await faultOf('', working)).toMatchObject({ code: 'QP_CONFIG_FILE', message })
})

test('a path that no system can have is a fault', async () => {
  expect(await faultOf('a\0b')).toMatchObject({ code: 'QP_CONFIG_FILE' })
})

test.each(['large.yaml', '/dev/zero'])('%s is refused for its size, and only so much of it read', async (path) => {
  await writeFile(join(folder, 'large.yaml'), '')
  await truncate(join(folder, 'large.yaml'), 50_000_000)
  expect(await faultOf(path)).toMatchObject({
    code: 'QP_CONFIG_FILE',
    message: expect.stringContaining('this one is larger'),
  })
})

test('a fault is printed with its place and what to do, not with the line', async () => {
  await writeFile(join(folder, 'wrong.yaml'), 'databases: { w: { url: env:W, password: hunter2 } }')
  const thrown = await readConfig({ QUERYPOOL_CONFIG: 'wrong.yaml' }, folder).catch((error: unknown) => error)
  expect((thrown as InvalidDefinition).format()).toBe(
    'wrong.yaml:1:31: `password` is not a key of `databases.w`. [QP_CONFIG_KEY]\n' +
      '  → Write one of `url`, `tls`, `maxConcurrency`, `statementTimeout`, `role`; or remove it.',
  )
})
