import { expect, vi } from 'vitest'
import type { Installation } from '../e2e/installation.ts'
import { deadline } from './private-run.ts'

/**
 * Queries each of which calls a function of its own, `q_1` and so on, which the server counts: also in a transaction that
 * cannot write and is rolled back. So the target database itself says how often each was executed.
 */
export interface CountedQueries {
  readonly batch: string
  /** Waits until the server has counted so many calls in all, and gives those of each function that was called. */
  calls(atLeast: number): Promise<Map<string, number>>
}

/** Makes the functions and the batch. Each query waits for so long. */
export async function countedQueries(
  { target, databaseName }: Installation,
  count: number,
  seconds: number,
): Promise<CountedQueries> {
  await target.query(`ALTER DATABASE ${databaseName} SET track_functions = 'all'`)
  await target.query(`DO $$ BEGIN FOR n IN 1..${count} LOOP
    EXECUTE format('CREATE FUNCTION q_%s() RETURNS int LANGUAGE plpgsql AS ''BEGIN RETURN %s; END''', n, n);
  END LOOP; END $$`)
  const batch = Array.from(
    { length: count },
    (_, index) => `-- name: q_${index + 1}\nselect q_${index + 1}() as number, pg_sleep(${seconds})::text;\n`,
  ).join('')
  const read = async (): Promise<Map<string, number>> => {
    const { rows } = await target.query<{ name: string; calls: number }>(
      "SELECT funcname AS name, calls::int FROM pg_stat_user_functions WHERE funcname LIKE 'q\\_%'",
    )
    return new Map(rows.map(({ name, calls }) => [name, calls]))
  }
  return {
    batch,
    calls: (atLeast) =>
      vi.waitFor(async () => {
        const calls = await read()
        expect([...calls.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(atLeast)
        return calls
      }, deadline),
  }
}
