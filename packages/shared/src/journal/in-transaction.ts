import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Throws too when the connection
 * was lost while `work` did something else.
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  // Between two queries nobody else listens, and an error that nobody hears ends the process.
  const note = (error: Error): void => {
    broken = error
  }
  client.on('error', note)
  try {
    await client.query('BEGIN')
    const value = await work(client)
    await client.query('COMMIT')
    return value
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.off('error', note)
    client.release(broken)
  }
}
