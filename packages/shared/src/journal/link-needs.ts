import type { ClientBase } from 'pg'
import type { BoundQuery } from '../batch/index.ts'
import { InvalidDefinition } from '../errors/index.ts'
import { restAfter } from '../plan/index.ts'
import { settleNeeds } from './settle-needs.ts'

// Working out the paths of more takes memory that a program of any size should not need for a run.
const mostOrdered = 200_000

/**
 * Writes which queries of a run need which, for those from a position on, and has those wait for what has not succeeded yet.
 * Part of the transaction that adds them. Names of queries that are not in the run do not count: others were selected.
 */
export async function linkNeeds(client: ClientBase, run: string, from: number): Promise<void> {
  await client.query(
    `INSERT INTO querypool.need (run, position, needs)
     SELECT q.run, q.position, m.position
     FROM querypool.query q CROSS JOIN LATERAL unnest(q.needs) AS named(name)
     JOIN querypool.query m ON m.run = q.run AND m.name = named.name
     WHERE q.run = $1 AND q.position >= $2 AND q.needs IS NOT NULL ORDER BY q.position ON CONFLICT DO NOTHING`,
    [run, from],
  )
  const { rows } = await client.query<{ generation: number }>(
    'UPDATE querypool.run SET has_needs = true WHERE id = $1 RETURNING generation',
    [run],
  )
  await settleNeeds(client, run, rows[0]?.generation ?? 1, { from })
}

/**
 * Notes how long the rest is that comes after each query of a run, so that what begins the longest path is done first. Of a
 * run in which there are more than 200,000 needs, each query counts by itself.
 */
export async function notePaths(client: ClientBase, run: string): Promise<void> {
  const { rows: needs } = await client.query<{ position: number; needs: number }>(
    `SELECT position, needs FROM querypool.need WHERE run = $1 LIMIT ${mostOrdered + 1}`,
    [run],
  )
  if (needs.length === 0 || needs.length > mostOrdered) return
  const positions = [...new Set(needs.flatMap((need) => [need.position, need.needs]))]
  const { rows: expected } = await client.query<{ position: number; ms: number }>(
    'SELECT position, expected_ms AS ms FROM querypool.query WHERE run = $1 AND expected_ms IS NOT NULL AND position = ANY ($2)',
    [run, positions],
  )
  const restMs = restOf(positions, needs, new Map(expected.map(({ position, ms }) => [position, ms])))
  await client.query(
    `UPDATE querypool.query q SET rest_ms = r.ms FROM unnest($2::int[], $3::float8[]) AS r(position, ms)
     WHERE q.run = $1 AND q.position = r.position AND q.rest_ms <> r.ms`,
    [run, positions, restMs],
  )
}

function restOf(
  positions: readonly number[],
  needs: readonly { position: number; needs: number }[],
  expectedMs: ReadonlyMap<number, number>,
): number[] {
  const indices = new Map(positions.map((position, index) => [position, index]))
  const needsOf = positions.map((): number[] => [])
  for (const need of needs) needsOf[indices.get(need.position) ?? 0]?.push(indices.get(need.needs) ?? 0)
  const guessMs = guessFor([...expectedMs.values()])
  return restAfter(
    positions.map((position) => expectedMs.get(position) ?? guessMs),
    needsOf,
  )
}

/** What is taken for a query of unknown duration: the mean of the others. Where nothing is known, how many come after counts. */
function guessFor(knownMs: readonly number[]): number {
  return knownMs.length === 0 ? 1 : knownMs.reduce((sum, ms) => sum + ms, 0) / knownMs.length
}

/** @throws InvalidDefinition when one of these queries, which are in their run by now, needs one that is not */
export async function refuseMissingNeeds(
  client: ClientBase,
  run: string,
  queries: readonly BoundQuery[],
): Promise<void> {
  const named = queries.flatMap(({ name, needs }) => needs.map((need) => ({ name, need })))
  const { rows } = await client.query<{ name: string; need: string }>(
    `SELECT n.name, n.need FROM jsonb_to_recordset($2::jsonb) AS n(name text, need text)
     WHERE NOT EXISTS (SELECT FROM querypool.query q WHERE q.run = $1 AND q.name = n.need)`,
    [run, JSON.stringify(named)],
  )
  const [first, ...rest] = rows.map(({ name, need }) => ({
    code: 'QP_NEED_UNKNOWN' as const,
    message: `\`${name}\` needs \`${need}\`, but no query that came before it has that name.`,
  }))
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
}
