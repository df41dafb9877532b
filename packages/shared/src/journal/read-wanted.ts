import type { Journal } from './journal.ts'

/** What of a run should be in Redis. */
export interface WantedOfRun {
  /** `ending`: what is left of it is seen to by whoever ends it. */
  readonly state: 'goes on' | 'ending' | 'over'
  readonly generation: number
  /** The number of the current attempt of each of its open jobs, by job. */
  readonly attempts: ReadonlyMap<number, number>
}

/** What should be in Redis of these runs, by id; one that the journal does not know is not among them. */
export async function readWanted(journal: Journal, runs: readonly string[]): Promise<Map<string, WantedOfRun>> {
  if (runs.length === 0) return new Map()
  const { rows } = await journal.pool.query<{
    id: string
    state: WantedOfRun['state']
    generation: number
    open: [number, number][] | null
  }>(
    `SELECT id, generation,
       CASE WHEN state NOT IN ('queued', 'running') THEN 'over'
         WHEN coalesce(cancel_requested_at, stopped_at) IS NOT NULL THEN 'ending' ELSE 'goes on' END AS state,
       (SELECT jsonb_agg(jsonb_build_array(j.job, j.attempt)) FROM querypool.job j
        WHERE j.run = r.id AND NOT j.settled) AS open
     FROM querypool.run r WHERE id = ANY ($1)`,
    [runs],
  )
  return new Map(
    rows.map(({ id, state, generation, open }) => [id, { state, generation, attempts: new Map(open ?? []) }]),
  )
}
