import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation } from './installation.ts'

const count = 2000

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

test('two thousand tiny queries all succeed, each with one result in the journal', async () => {
  const batch = Array.from({ length: count }, (_, n) => `-- name: q${n}\nselect ${n} as n;\n`).join('')
  const finished = await installation.runBatch(batch, '--workers', '4')
  expect(finished.status).toBe(0)
  const document = documentOf(finished)
  expect(document.state).toBe('succeeded')
  expect(document.queries).toHaveLength(count)
  expect(document.queries.filter(({ state, rows }) => state !== 'succeeded' || rows !== 1)).toEqual([])
  const { rows } = await installation.journal.query(
    `select count(*)::int as results, count(distinct s.position)::int as queries, count(distinct s.sha256)::int as contents,
       bool_and(s.state = 'succeeded') as all_succeeded,
       (select count(*)::int from querypool.job where not settled) as open_jobs
     from querypool.result s`,
  )
  expect(rows).toEqual([{ results: count, queries: count, contents: count, all_succeeded: true, open_jobs: 0 }])
})
