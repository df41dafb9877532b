import type { QueueConnection } from './run-queue.ts'

/**
 * The number of the last sending that this Redis knows; 0: it knows of none, because it is new or has lost its data. Each
 * sending puts its number behind its envelopes, so that a Redis which has lost envelopes has an older number: it loses
 * what was written last, or everything.
 */
export async function readSendingMark(connection: QueueConnection): Promise<number> {
  return Number((await connection.redis.get(markKey(connection))) ?? 0)
}

/**
 * Puts the number of a sending, unless the one before is no longer what was read: then Redis has lost data meanwhile, or
 * somebody else sends.
 * @returns whether it was put
 */
export async function putSendingMark(connection: QueueConnection, before: number, sending: number): Promise<boolean> {
  const put = await connection.redis.eval(
    `if tonumber(redis.call('GET', KEYS[1]) or 0) ~= tonumber(ARGV[1]) then return 0 end
     redis.call('SET', KEYS[1], ARGV[2])
     return 1`,
    1,
    markKey(connection),
    before,
    sending,
  )
  return put === 1
}

/** Tells the runs of a Redis server apart: another one after each start, and on each replica. */
export async function readServerRun(connection: QueueConnection): Promise<string> {
  const info = await connection.redis.info('server')
  return /^run_id:(\w+)/m.exec(info)?.[1] ?? ''
}

function markKey({ prefix }: QueueConnection): string {
  return `${prefix}:sending`
}
