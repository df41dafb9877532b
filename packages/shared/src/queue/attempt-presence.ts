import type { AttemptId } from '../result/index.ts'
import { attemptJobId, collectJobId } from './names.ts'
import type { RunQueue } from './run-queue.ts'

/**
 * How an attempt that should be in Redis is there. `half`: Redis took its collect-results, but not what that waits for;
 * `spent`: it was collected before. Neither would ever be collected.
 */
export type AttemptPresence = 'there' | 'missing' | 'half' | 'spent'

const readPresenceScript = `
local function of(collect, attempt)
  if redis.call('EXISTS', KEYS[1] .. ':' .. collect) == 0 then return 'missing' end
  local waits = redis.call('ZSCORE', KEYS[1] .. ':waiting-children', collect)
  if waits and redis.call('EXISTS', KEYS[2] .. ':' .. attempt) == 0 then return 'half' end
  for _, state in ipairs({'completed', 'failed'}) do
    if redis.call('ZSCORE', KEYS[1] .. ':' .. state, collect) then return 'spent' end
  end
  return 'there'
end
local found = {}
for at = 1, #ARGV, 2 do found[#found + 1] = of(ARGV[at], ARGV[at + 1]) end
return found`

/**
 * Looks closely at how attempts are in Redis: the collect-results of each, and the run-queries for which that waits. All at
 * one moment, also when Redis is full: it then refuses transactions, but not scripts that only read.
 */
export async function readPresence(queue: RunQueue, attempts: readonly AttemptId[]): Promise<AttemptPresence[]> {
  if (attempts.length === 0) return []
  const keys = [`${queue.prefix}:${queue.names.results}`, `${queue.prefix}:${queue.names.queries}`]
  const ids = attempts.flatMap((id) => [collectJobId(id), attemptJobId(id)])
  return (await queue.redis.eval(readPresenceScript, 2, ...keys, ...ids)) as AttemptPresence[]
}

/** Removes what is left of attempts in Redis, so that they can be added again. What a worker has is left alone. */
export async function removeSpent(queue: RunQueue, attempts: readonly AttemptId[]): Promise<void> {
  for (const id of attempts) {
    await queue.results.remove(collectJobId(id), { removeChildren: false })
    await queue.queries.remove(attemptJobId(id), { removeChildren: false })
  }
}
