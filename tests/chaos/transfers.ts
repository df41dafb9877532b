import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Installation } from '../e2e/installation.ts'
import { waitForGate } from './private-run.ts'

/** Money that is moved from one table to the other, and never rests. */
export interface Transfers {
  /** How many were made so far. */
  count(): number
  stop(): Promise<void>
}

/** Makes two tables, `here` and `there`, and moves amounts between them until it is told to stop. */
export async function startTransfers(installation: Installation): Promise<Transfers> {
  const client = new pg.Client(installation.databaseUrl)
  client.on('error', () => {})
  await client.connect()
  await client.query(`CREATE TABLE IF NOT EXISTS here AS SELECT n, 1000 AS amount FROM generate_series(1, 100) AS n;
    CREATE TABLE IF NOT EXISTS there AS SELECT n, 1000 AS amount FROM generate_series(1, 100) AS n`)
  let made = 0
  let isOver = false
  const moving = (async () => {
    while (!isOver) {
      const n = 1 + (made % 100)
      await client.query(`BEGIN; UPDATE here SET amount = amount - 1 WHERE n = ${n};
        UPDATE there SET amount = amount + 1 WHERE n = ${n}; COMMIT`)
      made++
    }
    // Or the database goes first.
  })().catch(() => {})
  return {
    count: () => made,
    stop: async () => {
      isOver = true
      await moving
      await client.end()
    },
  }
}

/**
 * Queries that each sum one of the tables, in turns, so that both sums together are always the same. They take a moment
 * each; those from `gatedFrom` on, counted from 1, come after all others and wait until the gate is opened.
 */
export function sums(count: number, gatedFrom = count + 1): string {
  const ungated = Array.from({ length: gatedFrom - 1 }, (_, index) => `sum_${index + 1}`)
  return Array.from({ length: count }, (_, index) => {
    const table = index % 2 === 0 ? 'here' : 'there'
    const isGated = index + 1 >= gatedFrom
    const needs = isGated ? `-- needs: ${ungated.join(', ')}\n` : ''
    const wait = isGated ? waitForGate : 'pg_sleep(0.2)'
    return `-- name: sum_${index + 1}\n${needs}select '${table}' as side, sum(amount) from ${table}, ${wait};\n`
  }).join('\n')
}

/** The different sums of the tables that the queries of a run have seen. */
export async function readSums(
  installation: Installation,
  run: string,
): Promise<{ readonly here: number[]; readonly there: number[] }> {
  const seen = { here: new Set<number>(), there: new Set<number>() }
  const { rows } = await installation.journal.query<{ path: string }>(
    "SELECT path FROM querypool.results WHERE run = $1 AND state = 'succeeded'",
    [run],
  )
  for (const { path } of rows) {
    const csv = await readFile(join(installation.resultsFolder, path), 'utf8')
    const [, side = '', sum] = /^(here|there),(\d+)$/m.exec(csv) ?? []
    if (side === 'here' || side === 'there') seen[side].add(Number(sum))
  }
  return { here: [...seen.here], there: [...seen.there] }
}
