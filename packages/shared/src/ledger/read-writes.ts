import type { Pool } from 'pg'
import { checkManifest, type Manifest } from '../result/index.ts'
import { isMissing, ledgerError } from './ledger-error.ts'
import type { WriteId } from './write-id.ts'

/**
 * The manifests of those of a run's writes that were committed, by the positions of their queries. A database without a ledger
 * has none.
 * @throws QP_LEDGER_REFUSED, and what a database that cannot be reached throws
 */
export async function readWrites(
  target: Pool,
  { installation, run }: Pick<WriteId, 'installation' | 'run'>,
  positions: readonly number[],
): Promise<Map<number, Manifest>> {
  try {
    const { rows } = await target.query<{ position: number; manifest: unknown }>(
      `SELECT position, manifest FROM querypool_ledger.write
       WHERE installation = $1 AND run = $2 AND position = ANY ($3)`,
      [installation, run, positions],
    )
    return new Map(rows.map(({ position, manifest }) => [position, checkManifest(manifest)]))
  } catch (error) {
    if (isMissing(error)) return new Map()
    throw ledgerError(error)
  }
}
