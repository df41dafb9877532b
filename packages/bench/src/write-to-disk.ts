import { Client } from 'pg'

/** Has a server write all that it still has in memory. */
export async function writeToDisk(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
