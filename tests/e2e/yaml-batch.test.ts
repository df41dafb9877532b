import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from './installation.ts'

const batch = `name: regions
maxParallel: 2
params:
  least: int
queries:
  prepare:
    sql: select 1 as one
  sales:
    needs: prepare
    tags: slow
    params: { day: date }
    matrix:
      region: [north, "Łódź; drop table x"]
      day: [2026-01-01, 2026-01-02]
      exclude: [{ region: north, day: 2026-01-02 }]
    sql: |
      select :region as region, :day as day, :least as least
  total:
    needs: sales
    file: sql/total.sql
`

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
  await mkdir(join(installation.folder, 'sql'))
  await writeFile(join(installation.folder, 'sql', 'total.sql'), 'select :least + 1 as total\n')
})
afterAll(() => installation?.dispose())

test('a batch in YAML runs: its parameters, its matrix, its files, and what needs what', async () => {
  const file = await installation.batchFile(batch, 'daily.yaml')
  const args = [
    '--database',
    installation.databaseUrl,
    '--param',
    'least=41',
    '--output',
    join(installation.folder, 'out'),
  ]
  const finished = await installation.querypool(['run', file, '--json', ...args])
  expect(finished.status, finished.stderr).toBe(0)
  const document = documentOf(finished)
  expect(document).toMatchObject({ batch: 'regions', state: 'succeeded' })
  const names = [
    'prepare',
    'sales_north_2026_01_01',
    'sales_odz_drop_table_x_2026_01_01',
    'sales_odz_drop_table_x_2026_01_02',
    'total',
  ]
  expect(document.queries.map(({ name }) => name)).toEqual(names)
  const result = async (name: string): Promise<string> =>
    (await installation.querypool(['results', document.runId, name, '--format', 'csv'])).stdout
  expect(await result('sales_odz_drop_table_x_2026_01_02')).toBe('region,day,least\nŁódź; drop table x,2026-01-02,41\n')
  expect(await result('total')).toBe('total\n42\n')
  const instant = (name: string, key: 'startedAt' | 'finishedAt'): number =>
    Date.parse(queryOf(document, name)[key] ?? '')
  for (const name of names.slice(1, 4)) {
    expect(instant(name, 'startedAt')).toBeGreaterThanOrEqual(instant('prepare', 'finishedAt'))
    expect(instant('total', 'startedAt')).toBeGreaterThanOrEqual(instant(name, 'finishedAt'))
  }
})

test('validate and plan tell of it as of any other, and run nothing', async () => {
  const file = await installation.batchFile(
    batch.replace('least: int', 'least: { type: int, default: 1 }'),
    'planned.yml',
  )
  const validated = await installation.querypool(['validate', file, '--json'])
  expect(JSON.parse(validated.stdout)).toMatchObject({ files: [{ file, queries: 5, faults: [] }] })
  const planned = await installation.querypool(['plan', file, '--database', installation.databaseUrl, '--json'])
  expect(planned.status, planned.stderr).toBe(0)
  expect(JSON.parse(planned.stdout)).toMatchObject({
    batch: 'regions',
    queries: expect.objectContaining({ length: 5 }),
  })
  const faulty = await installation.batchFile(
    batch.replace('needs: sales', 'neds: sale').replace('2026-01-02]', '2026-02-30]'),
    'faulty.yaml',
  )
  const refused = await installation.querypool(['validate', faulty, '--json'])
  expect(refused.status).toBe(2)
  const [{ faults }] = JSON.parse(refused.stdout).files
  expect(faults).toMatchObject([
    { code: 'QP_PARAM_VALUE', place: { file: faulty, line: 14 } },
    { code: 'QP_MATRIX', place: { line: 15 } },
    { code: 'QP_BATCH_KEY', place: { line: 19, column: 5 }, message: expect.stringContaining('Did you mean `needs`?') },
  ])
})

test('the value of a matrix is not one that can be given', async () => {
  const file = await installation.batchFile(batch, 'daily.yaml')
  const given = ['--param', 'least=1', '--param', 'region=south']
  const finished = await installation.querypool(['run', file, '--database', installation.databaseUrl, ...given])
  expect(finished).toMatchObject({ status: 2, stderr: expect.stringContaining('`region` is the key of a matrix') })
})

test('what fails in the database is told with its place in the file that has the SQL', async () => {
  await writeFile(join(installation.folder, 'sql', 'missing.sql'), '-- One.\nselect 1,\n  missing_in_file\n')
  const file = await installation.batchFile(
    `name: failing
queries:
  block:
    sql: |
      -- A comment.
      select 1,
        missing_in_block
  line:
    sql: "select 1, missing_in_line"
  escaped:
    sql: "select 1,\\n  missing_escaped"
  in_file:
    file: sql/missing.sql
`,
    'failing.yaml',
  )
  const { status, stdout } = await installation.querypool(['run', file, '--database', installation.databaseUrl])
  expect(status).toBe(1)
  const sql = join(installation.folder, 'sql', 'missing.sql')
  expect(stdout).toContain(`block at ${file}:7:9: column "missing_in_block" does not exist`)
  expect(stdout).toContain('          missing_in_block\n          ^')
  expect(stdout).toContain(`line at ${file}:9:21: column "missing_in_line" does not exist`)
  expect(stdout).toContain(`escaped at ${file}:11:10: column "missing_escaped" does not exist`)
  expect(stdout).toContain(`in_file at ${sql}:3:3: column "missing_in_file" does not exist`)
})
