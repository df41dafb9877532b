import type { RunView } from '@querypool/shared/journal'
import type { Services } from '../environment/index.ts'

/**
 * Ends a cancelled run without knowing that nothing of it is left in its database, and keeps what can be kept from
 * beginning.
 * @param why what could not be confirmed
 * @returns the run as it is now, and `why` with the writes that may still be committed; null when it has ended by itself in that moment
 */
export async function forceEnd(
  services: Services,
  { run, generation }: RunView,
  why: string,
): Promise<{ run: RunView; unconfirmed: string | null }> {
  const { journal, store } = services
  const { endUnconfirmed, isAbandoned, readRun, readWritesLeft } = await import('@querypool/shared/journal')
  const { writeReport } = await import('../overseer/index.ts')
  const isAlone = await isAbandoned(journal, await readRun(journal, run))
  const writes = await readWritesLeft(journal, { run, generation }, 'unfinished')
  const names = writes.map(({ name }) => name).join(', ')
  const reason = writes.length === 0 ? why : `${why}; what writes may still be committed: ${names}`
  const isForced = await endUnconfirmed(journal, run, reason, (ended) => writeReport(journal, store, ended))
  await tellRedis(services, { run, generation }, isAlone)
  return { run: await readRun(journal, run, generation), unconfirmed: isForced ? reason : null }
}

/** Tells workers to begin nothing of it, and takes away the queues of an abandoned run. Without Redis, nothing begins. */
async function tellRedis(
  { journal, redisUrl }: Services,
  { run, generation }: Pick<RunView, 'run' | 'generation'>,
  isAlone: boolean,
): Promise<void> {
  const { checkRedis, connectQueues, hintCancelled, openRunQueue, privateQueueNames, removeRunQueue } = await import(
    '@querypool/shared/queue'
  )
  try {
    await checkRedis(redisUrl)
  } catch {
    return
  }
  const connection = connectQueues(redisUrl, journal.installation)
  try {
    await hintCancelled(connection.redis, connection.prefix, { run, generation })
    if (isAlone) await removeRunQueue(openRunQueue(connection, privateQueueNames(run)))
  } finally {
    await connection.close()
  }
}
