import { readdir } from 'node:fs/promises'
import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import type { Oracle, RoundOutcome } from './round-outcome.ts'

/** What was released a moment ago may take some time: for what is left, it is looked again for so long. */
const goneWithinMs = 60_000

/** Nothing is left of runs that are over: no backend, lock, open job, waiting or active job, or temporary file. */
export const checkLeftovers: Oracle = async (outcome) => {
  let left: string[] = []
  await until(goneWithinMs, async () => {
    left = await findLeftovers(outcome)
    return left.length === 0
  })
  return left
}

async function findLeftovers({ stage }: RoundOutcome): Promise<string[]> {
  return [...(await ofTarget(stage)), ...(await ofJournal(stage)), ...(await ofRedis(stage)), ...(await ofStore(stage))]
}

async function ofTarget({ target }: Stage): Promise<string[]> {
  const { rows: backends } = await target.query<{ pid: number; name: string; state: string }>(
    `SELECT pid, application_name AS name, state FROM pg_stat_activity
     WHERE application_name LIKE 'qp:%' OR (application_name LIKE 'querypool-%' AND state <> 'idle')
       OR state LIKE 'idle in transaction%'`,
  )
  const { rows: locks } = await target.query<{ pid: number; key: string }>(
    `SELECT pid, classid || ', ' || objid AS key FROM pg_locks WHERE locktype = 'advisory'`,
  )
  return [
    ...backends.map(({ pid, name, state }) => `The backend ${pid} (${name}) is left in the database, ${state}.`),
    ...locks.map(({ pid, key }) => `The advisory lock (${key}) of the backend ${pid} is left in the database.`),
  ]
}

async function ofJournal({ journal }: Stage): Promise<string[]> {
  const { rows } = await journal.query<{ run: string; job: number; attempt: number; state: string }>(
    `SELECT j.run, j.job, j.attempt, r.state FROM querypool.job j JOIN querypool.run r ON r.id = j.run WHERE NOT j.settled`,
  )
  return rows.map(
    ({ run, job, attempt, state }) => `The job ${run}/${job}, attempt ${attempt}, is open; its run is ${state}.`,
  )
}

const unfinishedStates = ['wait', 'prioritized', 'delayed', 'active', 'waiting-children', 'paused']

async function ofRedis({ redis, prefix }: Stage): Promise<string[]> {
  const left: string[] = []
  for (const queue of ['runs', 'results', 'queries-main'])
    for (const state of unfinishedStates) {
      const key = `${prefix}:${queue}:${state}`
      const type = await redis.type(key)
      const ids =
        type === 'list' ? await redis.lrange(key, 0, 9) : type === 'zset' ? await redis.zrange(key, '0', '9') : []
      const jobs = ids.filter((id) => !id.startsWith('0:'))
      if (jobs.length > 0) left.push(`Redis has jobs in ${queue}, ${state}: ${jobs.join(', ')}.`)
    }
  return left
}

async function ofStore({ storeFolder }: Stage): Promise<string[]> {
  const files = await readdir(storeFolder, { recursive: true })
  return files
    .filter((file) => file.includes('.part-'))
    .map((file) => `The temporary file ${file} is left in the store.`)
}
