import type { Redis } from 'ioredis'
import { z } from 'zod'

const announcement = z.object({ installation: z.string(), storeId: z.string(), seenAt: z.number() })

/** That the overseers of an installation use this Redis, and with which result store. */
export type Announcement = Omit<z.infer<typeof announcement>, 'seenAt'>

// Not under the prefix of an installation: it is how workers find out which there are.
const key = 'querypool:installations'
const freshMs = 60_000

/** Says that an installation is there; to be repeated more often than once a minute. */
export async function announceInstallation(redis: Redis, said: Announcement): Promise<void> {
  await redis.hset(key, said.installation, JSON.stringify({ ...said, seenAt: Date.now() }))
}

/** The installations whose overseers were there within the last minute. */
export async function findInstallations(redis: Redis): Promise<Announcement[]> {
  const found = Object.values(await redis.hgetall(key)).flatMap((text) => {
    const read = announcement.safeParse(JSON.parse(text))
    return read.success && Date.now() - read.data.seenAt < freshMs ? [read.data] : []
  })
  return found.map(({ installation, storeId }) => ({ installation, storeId }))
}
