import pg, { type Client, DatabaseError } from 'pg'
import { causeOf, connectionOptions, describeServer, type ServerAddress } from '../database/index.ts'
import { QueryPoolError } from '../errors/index.ts'

/**
 * Does something in a session of its own.
 * @throws QP_DATABASE_UNREACHABLE with the address and the cause when there is none or it is lost, QP_DATABASE_URL, and what
 * the database says of what is done
 */
export async function withSession<T>(address: ServerAddress, work: (client: Client) => Promise<T>): Promise<T> {
  const where = describeServer(address.url)
  const client = new pg.Client({ ...connectionOptions(address), application_name: 'querypool-doctor' })
  client.on('error', () => {})
  try {
    await client.connect().catch((cause: unknown) => {
      throw new Error(causeOf(cause), { cause })
    })
    return await work(client)
  } catch (cause) {
    if (cause instanceof DatabaseError || cause instanceof QueryPoolError) throw cause
    throw new QueryPoolError('QP_DATABASE_UNREACHABLE', `PostgreSQL at ${where} cannot be reached: ${causeOf(cause)}`, {
      cause,
    })
  } finally {
    await client.end().catch(() => {})
  }
}
