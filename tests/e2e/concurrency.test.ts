import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation } from './installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

test('a run with three workers never has more than three queries in the database at once', async () => {
  const batch = Array.from({ length: 12 }, (_, n) => `-- name: wait_${n}\nselect pg_sleep(0.5);\n`).join('')
  let isOver = false
  const ended = installation.runBatch(batch, '--workers', '3').finally(() => {
    isOver = true
  })
  const seen: number[] = []
  while (!isOver) seen.push(await installation.countBackends())
  const finished = await ended
  expect(finished.status).toBe(0)
  expect(documentOf(finished).queries.every(({ state }) => state === 'succeeded')).toBe(true)
  expect(Math.max(...seen)).toBe(3)
  expect(seen.length).toBeGreaterThan(20)
})
