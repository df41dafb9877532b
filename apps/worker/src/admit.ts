import { setTimeout as wait } from 'node:timers/promises'
import { type Admission, admissionSql, readAdmission } from '@querypool/shared/database'
import type { Execution } from './execute-query.ts'

/** How long a query waits in a worker for a slot of its database before it waits in Redis again, in ms. */
const slotPatienceMs = 2000
const slotLookMs = 100

/**
 * An attempt cannot begin now, and nothing of it has: its database is full, an execution of the same job still runs there,
 * or it has been done already.
 */
export class NotAdmitted extends Error {
  readonly why: 'full' | 'fenced' | 'done'

  constructor(why: NotAdmitted['why']) {
    super(why)
    this.why = why
  }
}

/**
 * Begins the transaction of an attempt and takes the fence and, where there is a limit, a slot of the database. Whoever has
 * the fence is the only one that executes the job, and keeps it until its outcome is durable; so if an outcome is there
 * now, the same attempt was handed out twice, and it stays with the first.
 * @throws NotAdmitted
 */
export async function admit(execution: Execution, timeoutMs: number | null): Promise<void> {
  const deadline = Date.now() + slotPatienceMs
  for (;;) {
    const admission = await ask(execution, timeoutMs)
    if (admission === 'admitted' && !(await execution.isDone())) return
    await execution.session.client.query('ROLLBACK')
    if (admission === 'admitted') throw new NotAdmitted('done')
    if (admission === 'fenced' || Date.now() > deadline || execution.isGivenBack()) throw new NotAdmitted(admission)
    await wait(slotLookMs * (0.5 + Math.random()))
  }
}

async function ask(execution: Execution, timeoutMs: number | null): Promise<Admission> {
  const { installation, attempt, session, limit } = execution
  const results: unknown = await session.client.query(
    `BEGIN TRANSACTION READ ONLY; ${session.settings} SET LOCAL statement_timeout = ${timeoutMs ?? 0};
     ${admissionSql(installation, attempt, limit)}`,
  )
  const last = (Array.isArray(results) ? results.at(-1) : results) as {
    rows: { fence: boolean; slot: number | null }[]
  }
  return readAdmission(last.rows[0])
}
