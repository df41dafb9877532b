import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fault, InvalidDefinition } from '../../errors/index.ts'
import { readBatchFile } from '../read-batch-file.ts'

let root: string
let file: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qp-yaml-'))
  await mkdir(join(root, 'batches', 'sql', 'folder.sql'), { recursive: true })
  file = join(root, 'batches', 'daily.yaml')
  await writeFile(join(root, 'outside.sql'), 'select secret')
  await writeFile(join(root, 'batches', 'sql', 'good.sql'), '-- Two of them.\nselect :day,\n  :day;\n')
  await writeFile(join(root, 'batches', 'sql', 'bad.sql'), 'select 1\nfrom where')
  await writeFile(join(root, 'batches', 'sql', 'two.sql'), '-- name: a\nselect 1;\n-- name: b\nselect 2;')
  await writeFile(join(root, 'batches', 'sql', 'empty.sql'), '-- nothing')
  await writeFile(join(root, 'batches', 'sql', 'latin1.sql'), Buffer.from("select 'é'", 'latin1'))
  await writeFile(join(root, 'batches', 'sql', 'large.sql'), Buffer.alloc(33 * 1024 * 1024, ' '))
  await symlink(join(root, 'outside.sql'), join(root, 'batches', 'sql', 'out.sql'))
  await symlink(join(root, 'batches', 'sql', 'good.sql'), join(root, 'batches', 'in.sql'))
  await symlink('loop.sql', join(root, 'batches', 'loop.sql'))
  execFileSync('mkfifo', [join(root, 'batches', 'pipe.sql')])
})

afterAll(() => rm(root, { recursive: true }))

async function write(...files: string[]): Promise<void> {
  const queries = files.map((name, index) => `  q${index}:\n    file: ${JSON.stringify(name)}\n`).join('')
  await writeFile(
    file,
    `name: x\nparams:\n  day: { type: date, default: today }\nqueries:\n${queries}  used:\n    sql: select :day\n`,
  )
}

async function faultsOf(): Promise<readonly Fault[]> {
  const thrown: unknown = await readBatchFile(file).catch((error: unknown) => error)
  if (thrown instanceof InvalidDefinition) return thrown.faults
  throw new Error('expected faults', { cause: thrown })
}

test('SQL comes from a file in the folder of the batch file or below it', async () => {
  await write('sql/good.sql', './sql/../sql/good.sql', 'in.sql')
  const { queries } = await readBatchFile(file)
  const query = { sql: 'select :day,\n  :day', line: 6, column: 11, slots: [{ start: 7 }, { start: 15 }] }
  expect(queries.slice(0, 3)).toMatchObject([query, { ...query, line: 8 }, { ...query, line: 10 }])
})

test.each([
  ['../outside.sql', /QP_SQL_FILE .*not in the folder of the batch file or below it/],
  ['sql/../../outside.sql', /QP_SQL_FILE .*not in the folder/],
  ['/etc/passwd', /QP_SQL_FILE .*not in the folder/],
  ['sql/out.sql', /QP_SQL_FILE .*not in the folder/],
  ['a\0b', /QP_SQL_FILE .*not in the folder/],
  ['none.sql', /QP_SQL_FILE .*there is no such file/],
  ['sql/good.sql/x', /QP_SQL_FILE .*there is no such file/],
  ['loop.sql', /QP_SQL_FILE .*the system says ELOOP/],
  ['sql/folder.sql', /QP_SQL_FILE .*it is not a file/],
  ['pipe.sql', /QP_SQL_FILE .*it is not a file/],
  ['.', /QP_SQL_FILE .*it is not a file/],
  ['', /QP_SQL_FILE .*it is not a file/],
  [`${'x'.repeat(10_000)}.sql`, /QP_SQL_FILE .*ENAMETOOLONG/],
  ['sql/large.sql', /QP_QUERY_TOO_LARGE .*32 MiB/],
])('%j cannot be used', async (name, line) => {
  await write(name)
  const [fault, ...others] = await faultsOf()
  expect(others).toEqual([])
  expect(`${fault?.code} ${fault?.message}`).toMatch(line)
  expect(fault?.place).toMatchObject({ file, line: 6, column: 11 })
})

test('what is wrong in a file of SQL is told with its place there, after what is wrong in the batch file', async () => {
  await write('sql/bad.sql', 'sql/two.sql', 'none.sql', 'sql/empty.sql', 'sql/latin1.sql')
  const folder = join(root, 'batches', 'sql')
  expect((await faultsOf()).map(({ code, place }) => [place?.file, code, place?.line, place?.column])).toEqual([
    [file, 'QP_SQL_FILE', 10, 11],
    [join(folder, 'bad.sql'), 'QP_SQL_SYNTAX', 2, 6],
    [join(folder, 'empty.sql'), 'QP_NO_STATEMENT', 1, 1],
    [join(folder, 'latin1.sql'), 'QP_NOT_UTF8', 1, 9],
    [join(folder, 'two.sql'), 'QP_OPTION_MISPLACED', 1, 1],
    [join(folder, 'two.sql'), 'QP_SEVERAL_STATEMENTS', 4, 1],
  ])
})

test('files that change while they are read are read as they were at some time, or refused', async () => {
  const versions = ['name: x\nqueries: { a: { file: sql/changing.sql } }', 'name: x\nqueries: { a: { sql: select', '']
  const changing = join(root, 'batches', 'sql', 'changing.sql')
  const statements = ['select 1', `select ${'1 + '.repeat(5_000)}1`, 'select from', '']
  let isOver = false
  const change = async (): Promise<void> => {
    for (let turn = 0; !isOver; turn++) {
      await writeFile(file, versions[turn % 5 === 0 ? (turn / 5) % 3 : 0] ?? '')
      await writeFile(`${changing}.new`, statements[turn % 4] ?? '')
      if (turn % 7 === 0) await rm(changing, { force: true })
      else await rename(`${changing}.new`, changing)
      await writeFile(changing, statements[(turn + 1) % 4] ?? '')
    }
  }
  await writeFile(changing, 'select 1')
  const changes = change()
  const outcomes = new Set<string>()
  for (let turn = 0; turn < 200; turn++) {
    const read = await readBatchFile(file).catch((error: unknown) => error)
    if (read instanceof InvalidDefinition) outcomes.add('refused')
    else {
      expect(read).toMatchObject({ name: 'x', queries: [{ name: 'a' }] })
      outcomes.add('read')
    }
  }
  isOver = true
  await changes
  expect([...outcomes].toSorted()).toEqual(['read', 'refused'])
})
