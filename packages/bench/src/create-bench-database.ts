import { Client } from 'pg'

/** Makes an empty database on a server and returns its URL: no workload reads a table. */
export async function createBenchDatabase(postgresUrl: string): Promise<string> {
  const client = new Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await client.query('create database bench')
  } finally {
    await client.end()
  }
  const url = new URL(postgresUrl)
  url.pathname = '/bench'
  return url.href
}
