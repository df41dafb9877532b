import type { Journal } from './journal.ts'
import type { RunView } from './read-run.ts'

/** How many queries of a run have the result of another one. */
export async function countShared(
  journal: Journal,
  { run, generation }: Pick<RunView, 'run' | 'generation'>,
): Promise<number> {
  const { rows } = await journal.pool.query<{ shared: number }>(
    'SELECT count(shared_run)::int AS shared FROM querypool.result WHERE run = $1 AND generation = $2',
    [run, generation],
  )
  return rows[0]?.shared ?? 0
}
