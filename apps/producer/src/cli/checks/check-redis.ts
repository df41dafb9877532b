import { describeRedis, inspectRedis, type RedisFacts } from '@querypool/shared/queue'
import { formatBytes } from '@querypool/shared/size'
import { type Check, fail, failedChecks, ok, warn } from './check.ts'
import type { NamedClock } from './check-clocks.ts'
import { isOlder } from './is-older.ts'

const oldest = [6, 2]
const recommended = [7, 0]
const fullFrom = 0.7

/** What was found out about Redis. */
export interface RedisFound {
  readonly checks: Check[]
  /** Whether it can be asked who works for an installation. */
  readonly isUsable: boolean
  readonly clock?: NamedClock
}

/** Checks Redis: that it answers, that it keeps what it is given, and that we may work with it. */
export async function checkRedisServer(url: string, prefix: string): Promise<RedisFound> {
  try {
    const facts = await inspectRedis(url, prefix)
    return {
      checks: judgeRedis(facts, describeRedis(url)),
      isUsable: facts.refusal === null && !facts.isReplica,
      clock: { name: 'Redis', ...facts.clock },
    }
  } catch (thrown) {
    return { checks: failedChecks('Redis', thrown), isUsable: false }
  }
}

/** What is to be said of a Redis. */
export function judgeRedis(facts: RedisFacts, where: string): Check[] {
  return [
    judgeVersion(facts, where),
    judgeRights(facts),
    judgeEviction(facts),
    judgePersistence(facts),
    judgeMemory(facts),
  ]
}

function judgeVersion({ version }: RedisFacts, where: string): Check {
  const message = `version ${version} at ${where}`
  if (isOlder(version, oldest))
    return fail(
      'Redis',
      `${message} is too old`,
      `Use Redis ${oldest.join('.')} or newer; ${recommended[0]} is better.`,
    )
  if (isOlder(version, recommended)) return warn('Redis', message, `Use Redis ${recommended[0]} or newer.`)
  return ok('Redis', message)
}

function judgeRights({ isReplica, refusal }: RedisFacts): Check {
  const name = 'Redis rights'
  if (isReplica)
    return fail(name, 'this is a replica', 'Let REDIS_URL name the primary: a replica loses what is written.')
  if (refusal === null) return ok(name, 'we may read, write and run scripts')
  const remedy = 'Give the user of REDIS_URL all keys and commands; see that the server has memory and disk left.'
  return fail(name, refusal, remedy, 3)
}

function judgeEviction({ evictionPolicy }: RedisFacts): Check {
  const name = 'Redis eviction'
  if (evictionPolicy === 'noeviction') return ok(name, evictionPolicy)
  const remedy = 'Set `maxmemory-policy noeviction`: with another policy Redis drops jobs when its memory is full.'
  return fail(name, `the policy is ${evictionPolicy}`, remedy)
}

function judgePersistence({ appendOnly, appendWorks, appendFsync }: RedisFacts): Check {
  const name = 'Redis persistence'
  if (!appendOnly) {
    const remedy =
      'Set `appendonly yes`; without it jobs are made again from the journal when Redis restarts, which takes a while.'
    return warn(name, 'the append-only file is off', remedy)
  }
  if (!appendWorks)
    return fail(name, 'the append-only file cannot be written', 'See the log of Redis: is its disk full?')
  if (appendFsync === 'no')
    return warn(name, 'the append-only file is on, but never synced', 'Set `appendfsync everysec`.')
  const synced = appendFsync === null ? 'it does not say when it is synced' : `appendfsync ${appendFsync}`
  return ok(name, `the append-only file is on, ${synced}`)
}

function judgeMemory({ usedBytes, maxBytes }: RedisFacts): Check {
  const name = 'Redis memory'
  if (maxBytes === null) return ok(name, `${formatBytes(usedBytes)} used, no limit`)
  const message = `${formatBytes(usedBytes)} of ${formatBytes(maxBytes)} used (${Math.round((usedBytes / maxBytes) * 100)} %)`
  if (usedBytes < fullFrom * maxBytes) return ok(name, message)
  return warn(
    name,
    message,
    'Raise `maxmemory`, or see what else uses this Redis: when it is full, no job can be added.',
  )
}
