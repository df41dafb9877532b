import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation } from './installation.ts'

const names = ['whole', 'flipped', 'cut', 'gone', 'without_manifest', 'other_manifest']
const batch = names
  .map((name) => `-- name: ${name}\nselect n, repeat('x', 100) as x from generate_series(1, 2000) n;\n`)
  .join('')

let installation: Installation
let run: string

beforeAll(async () => {
  installation = await createInstallation()
  run = documentOf(await installation.runBatch(`${batch}-- name: failing\nselect 1/0;\n`, '--workers', '2')).runId
})
afterAll(() => installation?.dispose())

async function verify(...args: string[]) {
  return installation.querypool(['results', run, ...args, '--verify'])
}

async function pathOf(query: string): Promise<string> {
  const { rows } = await installation.journal.query<{ artifact: string }>(
    'select r.artifact from querypool.result r join querypool.query q using (run, position) where q.name = $1',
    [query],
  )
  return join(installation.resultsFolder, rows[0]?.artifact ?? '')
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+')
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  buffer[0] = (buffer[0] ?? 0) ^ 1
  await file.write(buffer, 0, 1, at)
  await file.close()
}

test('`results --verify` finds what was damaged in the store, and nothing else', async () => {
  expect(await verify()).toMatchObject({ status: 0, stdout: expect.stringMatching(/6 results/) })

  await flipByte(await pathOf('flipped'), 100_000)
  await truncate(await pathOf('cut'), 1000)
  await rm(await pathOf('gone'))
  const manifestOf = async (query: string): Promise<string> =>
    (await pathOf(query)).replace('rows.csv', 'manifest.json')
  await rm(await manifestOf('without_manifest'))
  const other = await manifestOf('other_manifest')
  await writeFile(other, (await readFile(other, 'utf8')).replace('"rows":2000', '"rows":1999'))

  const found = await verify('--json')
  expect(found.status).toBe(1)
  const { damaged, ...rest } = JSON.parse(found.stdout) as { damaged: { query: string; why: string; code: string }[] }
  expect(rest).toMatchObject({ runId: run, generation: 1, results: 6 })
  expect(damaged).toMatchObject([
    { code: 'QP_RESULT_DAMAGED', query: 'flipped', why: 'its bytes are not those that were written' },
    { query: 'cut', why: expect.stringMatching(/^has 1000 of its \d+ bytes$/) },
    { query: 'gone', file: await pathOf('gone'), why: 'missing' },
    { query: 'without_manifest', file: await manifestOf('without_manifest'), why: 'missing' },
    { query: 'other_manifest', why: 'says rows 1999, the journal 2000' },
  ])

  const table = await verify()
  expect(table).toMatchObject({ status: 1, stderr: expect.stringContaining('QP_RESULT_DAMAGED') })
  for (const name of names.slice(1)) expect(table.stdout).toMatch(new RegExp(`^${name} `, 'm'))
  expect(table.stdout).not.toMatch(/^whole /m)

  expect(await verify('whole')).toMatchObject({ status: 0 })
  expect(await verify('cut')).toMatchObject({ status: 1 })
  expect(await verify('failing')).toMatchObject({ status: 1, stderr: expect.stringContaining('QP_NO_RESULT') })
  expect(await verify('--format', 'csv')).toMatchObject({ status: 2 })
})
