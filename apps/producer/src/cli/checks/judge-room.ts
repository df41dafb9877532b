import type { ConnectionRoom } from '@querypool/shared/database'
import { type Check, fail, ok, warn } from './check.ts'

/** How many sessions QueryPool can have on a database. */
export interface SessionsWanted {
  /** For the configured number of queries at once; null: it is not limited. */
  readonly configured: number | null
  /** At the most, with the workers and overseers that live now; null: none do. */
  readonly atMost: number | null
}

const overseerSessions = 3

/**
 * How many sessions the workers and overseers that live can have on a database: a worker keeps one for each of its slots,
 * and takes one more to cancel; an overseer has a few to cancel and look.
 */
export function sessionsWanted(
  maxConcurrency: number | null,
  concurrencies: readonly number[],
  overseers: number,
): SessionsWanted {
  const ofWorkers = concurrencies.reduce((sum, concurrency) => sum + concurrency + 1, 0)
  return {
    configured: maxConcurrency,
    atMost: concurrencies.length === 0 ? null : ofWorkers + overseers * overseerSessions,
  }
}

/** Whether a database has room for our sessions, beside those of others that are open now. */
export function judgeRoom(database: string, room: ConnectionRoom, wanted: SessionsWanted): Check {
  const name = `${database}: connections`
  const { free, limit } = narrowest(room)
  const message = `room for ${free} (${limit})`
  const { configured, atMost } = wanted
  if (configured !== null && configured > free) {
    const remedy =
      'Raise that limit, or lower `maxConcurrency`: queries that find no connection fail after their retries.'
    return fail(name, `${message}, but maxConcurrency is ${configured}`, remedy)
  }
  if (atMost !== null && atMost > free) {
    const remedy =
      'Raise that limit, or give the workers less --concurrency: each keeps a session for each of its slots.'
    return warn(name, `${message}, but the workers and overseers that live can have ${atMost}`, remedy)
  }
  if (free < 1) return fail(name, message, 'Raise that limit, or end some of the sessions of others.')
  return ok(name, atMost === null ? message : `${message}; the workers and overseers that live can have ${atMost}`)
}

function narrowest(room: ConnectionRoom): { free: number; limit: string } {
  const limits = [
    { free: room.server - room.serverOthers, limit: `the server allows ${room.server}`, others: room.serverOthers },
    {
      free: free(room.database, room.databaseOthers),
      limit: `the database allows ${room.database}`,
      others: room.databaseOthers,
    },
    { free: free(room.role, room.roleOthers), limit: `the role allows ${room.role}`, others: room.roleOthers },
  ]
  const least = limits.reduce((a, b) => (b.free < a.free ? b : a))
  return { free: Math.max(0, least.free), limit: `${least.limit}, others have ${least.others}` }
}

function free(limit: number | null, others: number): number {
  return limit === null ? Number.POSITIVE_INFINITY : limit - others
}
