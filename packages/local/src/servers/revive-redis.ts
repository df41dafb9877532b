import { findRedis } from './find-redis.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { adoptRedis, type RedisWatch, startRedis } from './redis-server.ts'
import { readServerRecord, type ServerRecord, writeServerRecord } from './server-record.ts'

/**
 * Makes the home's Redis run (the one that runs, or a new one with the data of the last one) and writes the record of
 * both servers.
 * @throws QP_REDIS_NOT_INSTALLED, QP_EMBEDDED_START
 */
export async function reviveRedis(place: KeeperPlace, postgresPort: number): Promise<RedisWatch> {
  const last = await readServerRecord(place.layout)
  const running = last && (await adoptRedis(place, last.redisPort))
  if (running) {
    await writeServerRecord(place.layout, recordOf(place, postgresPort, running.port))
    return running
  }
  const program = await findRedis(place)
  return await startRedis(place, program, last?.redisPort, (port) =>
    writeServerRecord(place.layout, recordOf(place, postgresPort, port)),
  )
}

function recordOf(place: KeeperPlace, postgresPort: number, redisPort: number): ServerRecord {
  const { postgres, redis } = place.passwords
  return {
    postgresPort,
    redisPort,
    postgresUrl: `postgres://postgres:${postgres}@127.0.0.1:${postgresPort}/querypool`,
    redisUrl: `redis://:${redis}@127.0.0.1:${redisPort}`,
  }
}
