import type { TerminalQueryState } from '../run/index.ts'
import type { Journal } from './journal.ts'
import { oneByOne } from './one-by-one.ts'

/** A result that is to be published, with what its envelope says. */
export interface Publication {
  readonly run: string
  readonly batch: string
  readonly generation: number
  readonly position: number
  readonly query: string
  readonly state: TerminalQueryState
  readonly artifact: string | null
  readonly offset: number | null
  readonly rows: number | null
  readonly bytes: number | null
  readonly sha256: string | null
  readonly errorCode: string | null
}

/** The queues for which something is unsent, and the number of the last sending; null: nothing is known to be sent. */
interface OutboxState {
  readonly queues: readonly string[]
  readonly lastSending: number | null
}

/**
 * What the outbox holds.
 * @param run only what is unsent of this run; of all when null
 */
export async function readOutbox(journal: Journal, run: string | null): Promise<OutboxState> {
  // Goes from queue to queue through the index, for there may be many publications and few queues.
  const { rows } = await journal.pool.query<{ queues: string[]; last: number | null }>(
    run === null
      ? `WITH RECURSIVE waiting AS (
           SELECT min(queue) AS queue FROM querypool.publication WHERE sending IS NULL
           UNION ALL
           SELECT (SELECT min(p.queue) FROM querypool.publication p WHERE p.sending IS NULL AND p.queue > w.queue)
           FROM waiting w WHERE w.queue IS NOT NULL
         )
         SELECT ARRAY(SELECT queue FROM waiting WHERE queue IS NOT NULL) AS queues,
           (SELECT max(sending)::float8 FROM querypool.publication WHERE sending IS NOT NULL) AS last`
      : `SELECT ARRAY(SELECT publish FROM querypool.run r WHERE id = $1 AND publish IS NOT NULL AND EXISTS (
           SELECT FROM querypool.publication p WHERE p.queue = r.publish AND p.run = $1 AND p.sending IS NULL)) AS queues,
           (SELECT max(sending)::float8 FROM querypool.publication WHERE sending IS NOT NULL) AS last`,
    run === null ? [] : [run],
  )
  return { queues: rows[0]?.queues ?? [], lastSending: rows[0]?.last ?? null }
}

/**
 * What is to be sent to a queue next, that of the oldest runs first.
 * @param run only what is of this run; of any when null
 */
export async function readUnsent(
  journal: Journal,
  queue: string,
  run: string | null,
  most: number,
): Promise<Publication[]> {
  const { rows } = await journal.pool.query<Publication>(
    `SELECT p.run, r.batch, p.generation, p.position, q.name AS query, x.state, x.artifact, x."offset"::float8 AS "offset",
       x.rows::float8 AS rows, x.bytes::float8 AS bytes, x.sha256, x.error->>'code' AS "errorCode"
     FROM (SELECT run, generation, position FROM querypool.publication
           WHERE queue = $1 AND sending IS NULL AND ($2::text IS NULL OR run = $2)
           ORDER BY run, generation, position LIMIT $3) AS p
     JOIN querypool.run r ON r.id = p.run
     CROSS JOIN LATERAL (SELECT name FROM querypool.query WHERE run = p.run AND position = p.position ${oneByOne}) AS q
     CROSS JOIN LATERAL (SELECT * FROM querypool.result
       WHERE run = p.run AND generation = p.generation AND position = p.position ${oneByOne}) AS x
     ORDER BY p.run, p.generation, p.position`,
    [queue, run, most],
  )
  return rows
}

/** A number for the next sending, higher than any before. */
export async function nextSending(journal: Journal): Promise<number> {
  const { rows } = await journal.pool.query<{ n: number }>("SELECT nextval('querypool.sending')::float8 AS n")
  return rows[0]?.n ?? Number.NaN
}

/** Records that these went with a sending. */
export async function markSent(journal: Journal, sent: readonly Publication[], sending: number): Promise<void> {
  await journal.pool.query(
    `UPDATE querypool.publication p SET sending = $4
     FROM unnest($1::text[], $2::int[], $3::int[]) AS s(run, generation, position)
     WHERE p.run = s.run AND p.generation = s.generation AND p.position = s.position`,
    [
      sent.map(({ run }) => run),
      sent.map(({ generation }) => generation),
      sent.map(({ position }) => position),
      sending,
    ],
  )
}

/**
 * Has what went with later sendings than this one sent again, some of it.
 * @returns how many; less than `most` when it was all
 */
export async function unmarkSent(journal: Journal, after: number, most: number): Promise<number> {
  const { rowCount } = await journal.pool.query(
    `UPDATE querypool.publication p SET sending = NULL
     FROM (SELECT run, generation, position FROM querypool.publication WHERE sending > $1 LIMIT $2) AS s
     WHERE p.run = s.run AND p.generation = s.generation AND p.position = s.position`,
    [after, most],
  )
  return rowCount ?? 0
}
