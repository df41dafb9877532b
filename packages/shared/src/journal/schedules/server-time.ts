import type { PoolClient } from 'pg'

/** The time on the clock of the journal's server: the one that says what is due, for those of overseers differ. */
export async function serverTime(client: Pick<PoolClient, 'query'>): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  return (rows[0] as { now: Date }).now
}
