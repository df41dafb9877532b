import type { Journal } from './journal.ts'

/** What was set for a database while the installation runs. */
export interface DatabaseSettings {
  /** Whether nothing new may begin there. */
  readonly paused: boolean
  /** How many queries may run there at once, instead of the configured number; null: as configured. */
  readonly maxConcurrency: number | null
  readonly changedAt: Date
  readonly changedBy: string
}

/** The settings of all databases for which any were made, by name. */
export async function readDatabaseSettings(journal: Journal): Promise<Map<string, DatabaseSettings>> {
  const { rows } = await journal.pool.query<DatabaseSettings & { name: string }>(
    `SELECT name, paused, max_concurrency AS "maxConcurrency", changed_at AS "changedAt", changed_by AS "changedBy"
     FROM querypool.database ORDER BY name`,
  )
  return new Map(rows.map(({ name, ...settings }) => [name, settings]))
}

/**
 * Changes the settings of a database; overseers carry it to the workers within a second or two.
 * @param change what is absent stays as it is
 * @param by who changes it, for the record
 */
export async function changeDatabase(
  journal: Journal,
  name: string,
  change: { readonly paused?: boolean; readonly maxConcurrency?: number | null },
  by: string,
): Promise<void> {
  await journal.pool.query(
    `INSERT INTO querypool.database AS known (name, paused, max_concurrency, changed_by)
     VALUES ($1, coalesce($2, false), $3, $5)
     ON CONFLICT (name) DO UPDATE SET paused = coalesce($2, known.paused),
       max_concurrency = CASE WHEN $4 THEN $3 ELSE known.max_concurrency END,
       changed_at = clock_timestamp(), changed_by = $5`,
    [name, change.paused ?? null, change.maxConcurrency ?? null, change.maxConcurrency !== undefined, by],
  )
}
