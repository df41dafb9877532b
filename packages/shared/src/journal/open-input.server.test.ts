import { beforeAll, expect, test } from 'vitest'
import { useOwnJournal } from '../../../../tests/own-journal.ts'
import { defineQueries } from '../batch/index.ts'
import { newRunId } from '../run/index.ts'
import { readLostInputs } from './input-lock.ts'
import type { Journal } from './journal.ts'
import { loseInput } from './lose-input.ts'
import { openInput, type RunInput } from './open-input.ts'
import { readRun } from './read-run.ts'
import { readEvents } from './record-event.ts'
import { requestCancel } from './request-cancel.ts'

const ownJournal = useOwnJournal()
let journal: Journal

beforeAll(() => {
  journal = ownJournal()
})

test('queries are added to a run that is open until its input is closed', async () => {
  const input = await open(['select 1', 'select 2'])
  expect(await input.append(await defineQueries(['select 3'], 2))).toBe(true)
  expect(await readLostInputs(journal)).toEqual([])
  expect(await readRun(journal, input.run)).toMatchObject({ state: 'queued', queryCount: 3, counts: { queued: 3 } })
  await input.close()
  await input.release()
  expect(await readLostInputs(journal)).toEqual([])
})

test('an input goes on after the connection was lost, and then still holds its lock', async () => {
  const input = await open(['select 1'])
  await endSessions('querypool-input')
  expect(await input.append(await defineQueries(['select 2'], 1))).toBe(true)
  expect(await readLostInputs(journal)).toEqual([])
  expect(await readRun(journal, input.run)).toMatchObject({ queryCount: 2 })
  await input.close()
  await input.release()
})

test('what is added twice, as after a connection that was lost at commit, is there once', async () => {
  const input = await open(['select 1'])
  const queries = await defineQueries(['select 2'], 1)
  await input.append(queries)
  expect(await input.append(queries)).toBe(true)
  expect(await readRun(journal, input.run)).toMatchObject({ queryCount: 2, counts: { queued: 2 } })
  await input.close()
  await input.release()
})

test('an input whose submitter is gone is found, and cancelled; one that is closed is left alone', async () => {
  const lost = await open(['select 1'])
  await lost.release()
  expect(await readLostInputs(journal)).toEqual([lost.run])
  await loseInput(journal, lost.run, 'QueryPool', 'It is gone.')
  expect(await readLostInputs(journal)).toEqual([])
  expect(await readRun(journal, lost.run)).toMatchObject({ counts: { cancelled: 1 }, cancelRequestedBy: 'QueryPool' })
  expect(await readEvents(journal, lost.run, 10)).toMatchObject([{ code: 'QP_INPUT_LOST', message: 'It is gone.' }])
  const closed = await open(['select 1'])
  await closed.close()
  await closed.release()
  await loseInput(journal, closed.run, 'QueryPool', 'It is gone.')
  expect(await readRun(journal, closed.run)).toMatchObject({ cancelRequestedAt: null })
})

test('a cancelled run takes no more, and a name twice is refused', async () => {
  const input = await open([{ name: 'a', sql: 'select 1' }])
  await expect(input.append(await defineQueries([{ name: 'a', sql: 'select 2' }], 1))).rejects.toMatchObject({
    code: '23505',
  })
  await requestCancel(journal, input.run, 'somebody')
  expect(await input.append(await defineQueries(['select 3'], 1))).toBe(false)
  expect(await readRun(journal, input.run)).toMatchObject({ queryCount: 1, counts: { cancelled: 1 } })
  await input.release()
})

test('a key that is there already gives its run, to which nothing is added', async () => {
  const first = await open(['select 1'], 'key')
  const second = await open(['select 2', 'select 3'], 'key')
  expect([second.run, second.isNew]).toEqual([first.run, false])
  expect(await readRun(journal, 'key')).toMatchObject({ queryCount: 1 })
  await first.close()
  await first.release()
})

async function open(queries: Parameters<typeof defineQueries>[0], key: string | null = null): Promise<RunInput> {
  const names = { batch: 'b', file: 'b', database: 'd', storeId: 's' }
  const submission = {
    run: newRunId(),
    key,
    ...names,
    private: false,
    slots: 1,
    publish: null,
    onFailure: 'continue' as const,
  }
  return openInput(journal, submission, await defineQueries(queries))
}

async function endSessions(application: string): Promise<void> {
  await journal.pool.query(
    'SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
    [application],
  )
}
