import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import {
  type Hook,
  mostFailedNamed,
  type NotificationFacts,
  renderNotification,
  type ToldEvent,
} from '../notify/index.ts'
import { outcomeCounts } from './count-outcomes.ts'

/** A run of which somebody is to be told, as it is now. */
export interface ToldRun extends Omit<NotificationFacts, 'id' | 'event' | 'deadlineAt' | 'failed' | 'database'> {
  readonly database: string
  readonly private: boolean
  /** By their URLs, which is the order in which their standings are locked. */
  readonly hooks: readonly Hook[]
  readonly deadlineFrom: Date
  readonly nextDeadlineAt: Date | null
}

/** Reads and locks a run; null when nobody is to be told of it. */
export async function readToldRun(client: PoolClient, run: string): Promise<ToldRun | null> {
  const { rows } = await client.query<
    ToldRun & { succeeded: number; failed: number; cancelled: number; skipped: number }
  >(
    `SELECT r.id AS run, r.batch, r.generation, r.database, r.private, r.state, r.query_count AS "queryCount",
       r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.notify AS hooks,
       r.deadline_from AS "deadlineFrom", r.next_deadline_at AS "nextDeadlineAt",
       c.succeeded, c.failed, c.cancelled, c.skipped
     FROM querypool.run r, ${outcomeCounts} WHERE r.id = $1 AND r.notify <> '[]' FOR UPDATE OF r`,
    [run],
  )
  const found = rows[0]
  if (found === undefined) return null
  const { succeeded, failed, cancelled, skipped, ...told } = found
  const hooks = told.hooks.toSorted((one, other) => (one.url < other.url ? -1 : 1))
  return { ...told, hooks, counts: { succeeded, failed, cancelled, skipped } }
}

/** Writes a notification, which overseers send. Part of the transaction in which its reason comes to be. */
export async function insertNotification(
  client: PoolClient,
  told: ToldRun,
  hook: Hook,
  event: ToldEvent,
  deadlineAt: Date | null,
): Promise<void> {
  const id = randomUUID()
  const body = renderNotification({
    ...told,
    id,
    event,
    database: told.private ? null : told.database,
    deadlineAt,
    failed: told.counts.failed === 0 ? [] : await readFailed(client, told),
  })
  await client.query(
    `INSERT INTO querypool.notification (id, run, generation, hook, secret, about, event, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, told.run, told.generation, hook.url, hook.secret, deadlineAt === null ? 'end' : 'deadline', event, body],
  )
}

async function readFailed(client: PoolClient, { run, generation }: ToldRun): Promise<NotificationFacts['failed']> {
  const { rows } = await client.query<NotificationFacts['failed'][number]>(
    `SELECT q.name AS query, x.error->>'code' AS code, x.error->>'sqlState' AS "sqlState"
     FROM querypool.result x JOIN querypool.query q ON q.run = x.run AND q.position = x.position
     WHERE x.run = $1 AND x.generation = $2 AND x.state = 'failed' ORDER BY x.position LIMIT $3`,
    [run, generation, mostFailedNamed],
  )
  return rows
}
