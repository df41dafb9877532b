import type { ClientBase } from 'pg'

/** Says that a generation is to have a shared snapshot. Part of the transaction that opens it. */
export async function wantSnapshot(client: ClientBase, run: string, generation: number): Promise<void> {
  await client.query('INSERT INTO querypool.snapshot (run, generation) VALUES ($1, $2)', [run, generation])
}
