import type { Stage } from '../stage/stage.ts'

/** A dispatch-run that an overseer is at, and its run. */
export interface Dispatching {
  readonly job: string
  readonly run: string
}

const aimMs = 4000

/** Waits for a moment when an overseer has put jobs of a run into Redis and has not said yet that it is done; null: none came. */
export async function aimAtDispatch({ redis, prefix }: Stage): Promise<Dispatching | null> {
  const deadline = Date.now() + aimMs
  while (Date.now() < deadline) {
    for (const job of await activeDispatches({ redis, prefix })) {
      const run = job.replace(/-dispatch-\d+$/, '')
      const children = await redis.scard(`${prefix}:runs:${run}-finish:dependencies`).catch(() => 0)
      // The dispatch itself is one of them.
      if (children > 1) return { job, run }
    }
  }
  return null
}

/** Whether an overseer is at it still. */
export async function isDispatching(stage: Stage, { job }: Dispatching): Promise<boolean> {
  return (await activeDispatches(stage)).includes(job)
}

/** The jobs of dispatch-run that overseers are at, whatever they have put into Redis already. */
export async function activeDispatches({ redis, prefix }: Pick<Stage, 'redis' | 'prefix'>): Promise<string[]> {
  const active = await redis.lrange(`${prefix}:runs:active`, 0, -1).catch(() => [])
  return active.filter((id) => id.includes('-dispatch-'))
}
