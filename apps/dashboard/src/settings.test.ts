import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const complete = { REDIS_URL: 'redis://localhost', QUERYPOOL_JOURNAL_URL: 'postgres://localhost/journal' }
const token = 'correct-horse-battery'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querypool-dashboard-'))
})
afterAll(() => rm(folder, { recursive: true }))

function read(environment: NodeJS.ProcessEnv) {
  return readSettings({ ...complete, ...environment })
}

test('it listens on port 3000 of this machine alone unless told otherwise', async () => {
  expect(await read({})).toMatchObject({ host: '127.0.0.1', port: 3000, token: null })
  expect(await read({ QUERYPOOL_DASHBOARD_PORT: '0' })).toMatchObject({ port: 0 })
  await expect(read({ QUERYPOOL_DASHBOARD_PORT: '70000' })).rejects.toThrow('"70000", which is no port')
})

test('all missing addresses are named at once', async () => {
  await expect(readSettings({})).rejects.toThrow('needs REDIS_URL and QUERYPOOL_JOURNAL_URL')
  await expect(readSettings({ REDIS_URL: complete.REDIS_URL })).rejects.toMatchObject({
    code: 'QP_JOURNAL_UNREACHABLE',
    exitStatus: 3,
  })
})

test.each(['0.0.0.0', '::', '10.1.2.3', 'dashboard.example'])(
  'it does not listen on %s, which others can reach, without a token',
  async (host) => {
    await expect(read({ QUERYPOOL_DASHBOARD_HOST: host })).rejects.toMatchObject({
      code: 'QP_DASHBOARD_OPEN',
      exitStatus: 2,
    })
    expect(await read({ QUERYPOOL_DASHBOARD_HOST: host, QUERYPOOL_DASHBOARD_TOKEN: token })).toMatchObject({ host })
  },
)

test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])(
  'it needs no token on %s, which is this machine',
  async (host) => {
    expect(await read({ QUERYPOOL_DASHBOARD_HOST: host })).toMatchObject({ host, token: null })
  },
)

test('a token can stand in a file', async () => {
  const file = join(folder, 'token')
  await writeFile(file, `${token}\n`)
  expect(await read({ QUERYPOOL_DASHBOARD_TOKEN_FILE: file })).toMatchObject({ token })
  await expect(read({ QUERYPOOL_DASHBOARD_TOKEN_FILE: file, QUERYPOOL_DASHBOARD_TOKEN: token })).rejects.toMatchObject({
    code: 'QP_DASHBOARD_TOKEN',
  })
  await expect(read({ QUERYPOOL_DASHBOARD_TOKEN_FILE: join(folder, 'none') })).rejects.toMatchObject({
    code: 'QP_SECRET_UNREADABLE',
  })
})

test.each(['fifteen-letters', 'with a space inside', 'ümlaute-kann-kein-kopf'])(
  '"%s" is no token, and the message does not repeat it',
  async (given) => {
    const refused = await read({ QUERYPOOL_DASHBOARD_TOKEN: given }).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'QP_DASHBOARD_TOKEN', exitStatus: 2 })
    expect((refused as Error).message).not.toContain(given)
  },
)
