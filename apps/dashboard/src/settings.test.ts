import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

const complete = { REDIS_URL: 'redis://localhost', QUERYPOOL_JOURNAL_URL: 'postgres://localhost/journal' }

test('the port is 3000 unless another one is asked for', () => {
  expect(readSettings(complete).port).toBe(3000)
  expect(readSettings({ ...complete, QUERYPOOL_DASHBOARD_PORT: '0' }).port).toBe(0)
  expect(() => readSettings({ ...complete, QUERYPOOL_DASHBOARD_PORT: '70000' })).toThrow('"70000", which is no port')
})

test('all missing addresses are named at once', () => {
  expect(() => readSettings({})).toThrow('needs REDIS_URL and QUERYPOOL_JOURNAL_URL')
  const { QUERYPOOL_JOURNAL_URL: _, ...withoutJournal } = complete
  expect(() => readSettings(withoutJournal)).toThrow(
    expect.objectContaining({ code: 'QP_JOURNAL_UNREACHABLE', exitStatus: 3 }),
  )
})
