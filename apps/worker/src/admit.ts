import { setTimeout as wait } from 'node:timers/promises'
import type { Effect } from '@querypool/shared/batch'
import { type Admission, admissionSql, readAdmission } from '@querypool/shared/database'
import { enterSnapshot, type SnapshotRefusal } from './enter-snapshot.ts'
import type { Execution } from './execute-query.ts'

/** How long a query waits in a worker for a slot of its database before it waits in Redis again, in ms. */
const slotPatienceMs = 2000
const slotLookMs = 100

/**
 * An attempt cannot begin now, and nothing of it has: its database is full, an execution of the same job still runs there,
 * it has been done or closed already, nothing more of its run is to be begun, or its snapshot cannot be entered.
 */
export class NotAdmitted extends Error {
  readonly why: 'full' | 'fenced' | 'done' | 'cancelled' | SnapshotRefusal

  constructor(why: NotAdmitted['why']) {
    super(why)
    this.why = why
  }
}

/**
 * Begins the transaction of an attempt and takes the fence and, where there is a limit, a slot of the database. Whoever has
 * the fence is the only one that executes the job, and keeps it until its outcome is durable; so if an outcome is there
 * now, the same attempt was handed out twice, and it stays with the first. Whether the run was cancelled is asked with the
 * fence in hand, too: whoever cancels it either is seen here, or finds the fence.
 * @throws NotAdmitted
 */
export async function admit(execution: Execution, effect: Effect, timeoutMs: number | null): Promise<void> {
  const deadline = Date.now() + slotPatienceMs
  for (;;) {
    const admission = await ask(execution, effect, timeoutMs)
    if (admission === 'unheld' || admission === 'elsewhere') throw new NotAdmitted(admission)
    const isCancelled = await execution.isCancelled()
    const isDone = admission === 'admitted' && !isCancelled && (await execution.isDone())
    if (admission === 'admitted' && !isCancelled && !isDone) return
    await execution.session.client.query('ROLLBACK')
    if (isCancelled) throw new NotAdmitted('cancelled')
    if (admission === 'admitted') throw new NotAdmitted('done')
    if (admission === 'fenced' || Date.now() > deadline || execution.isGivenBack()) throw new NotAdmitted(admission)
    await wait(slotLookMs * (0.5 + Math.random()))
  }
}

async function ask(
  execution: Execution,
  effect: Effect,
  timeoutMs: number | null,
): Promise<Admission | SnapshotRefusal> {
  const { installation, attempt, session, limit, readSnapshot } = execution
  if (readSnapshot !== null) {
    const entered = await enterSnapshot(session, await readSnapshot())
    if (entered !== 'entered') return entered
  }
  const begin = readSnapshot === null ? `BEGIN TRANSACTION READ ${effect === 'write' ? 'WRITE' : 'ONLY'};` : ''
  const results: unknown = await session.client.query(
    `${begin} ${session.settings} SET LOCAL statement_timeout = ${timeoutMs ?? 0};
     ${admissionSql(installation, attempt, limit)}`,
  )
  const last = (Array.isArray(results) ? results.at(-1) : results) as {
    rows: { fence: boolean; slot: number | null }[]
  }
  return readAdmission(last.rows[0])
}
