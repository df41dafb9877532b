import type { Journal } from './journal.ts'

/** The id of the result store that an installation's overseers and workers use; null: no overseer has run yet. */
export async function readInstallationStore(journal: Journal): Promise<string | null> {
  const { rows } = await journal.pool.query<{ id: string | null }>('SELECT store_id AS id FROM querypool.installation')
  return rows[0]?.id ?? null
}

/**
 * Makes a store the one of the installation, unless it has one already.
 * @returns the id of the one that it has now
 */
export async function claimInstallationStore(journal: Journal, storeId: string): Promise<string> {
  const { rows } = await journal.pool.query<{ id: string }>(
    'UPDATE querypool.installation SET store_id = coalesce(store_id, $1) RETURNING store_id AS id',
    [storeId],
  )
  return rows[0]?.id ?? storeId
}
