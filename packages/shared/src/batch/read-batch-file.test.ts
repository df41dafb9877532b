import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import { readBatchFile } from './read-batch-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qp-batch-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function faultOf(path: string): Promise<unknown> {
  const thrown = await readBatchFile(path).catch((error: unknown) => error)
  return thrown instanceof InvalidDefinition ? thrown.faults[0] : thrown
}

test('a file is read, and named as its path was given', async () => {
  const path = join(folder, 'daily report.sql')
  await writeFile(path, 'select 1')
  expect(await readBatchFile(path)).toMatchObject({ name: 'daily_report', file: path, queries: [{ sql: 'select 1' }] })
})

test('no such file', async () => {
  const path = join(folder, 'none.sql')
  expect(await faultOf(path)).toMatchObject({ code: 'QP_FILE_NOT_FOUND', place: { file: path } })
})

test('a folder', async () => {
  expect(await faultOf(folder)).toMatchObject({ code: 'QP_FILE_IS_FOLDER', place: { file: folder } })
})

test('a path that no system can have', async () => {
  expect(await faultOf('a\0b.sql')).toMatchObject({ code: 'QP_FILE_UNREADABLE' })
})

test('YAML', async () => {
  expect(await faultOf('a.yaml')).toMatchObject({ code: 'QP_FILE_NOT_FOUND' })
})

test('an endless file of nothing is refused at its beginning', async () => {
  expect(await faultOf('/dev/zero')).toMatchObject({ code: 'QP_NUL_BYTE' })
})
