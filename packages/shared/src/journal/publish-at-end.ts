import type { PoolClient } from 'pg'

/**
 * Puts the results of a generation with a shared snapshot into the outbox, if the run publishes: they could have been
 * superseded until now. Part of the transaction that ends the generation. Does nothing for other runs.
 */
export async function publishAtEnd(client: PoolClient, run: string, generation: number): Promise<void> {
  await client.query(
    `INSERT INTO querypool.publication (run, generation, position, queue)
     SELECT x.run, x.generation, x.position, r.publish
     FROM querypool.run r JOIN querypool.result x ON x.run = r.id AND x.generation = $2
     WHERE r.id = $1 AND r.shared_snapshot AND r.publish IS NOT NULL ON CONFLICT DO NOTHING`,
    [run, generation],
  )
}
