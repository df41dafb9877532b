import { type JobState, type Settled, type Settlement, settleAttempt } from '@querypool/shared/journal'
import { readWrites } from '@querypool/shared/ledger'
import { readAttemptEnd } from '@querypool/shared/queue'
import { type AttemptId, isClosed, type Manifest, manifestKey, readManifest } from '@querypool/shared/result'
import { askTarget } from './ask-target.ts'
import type { Charge } from './charge.ts'
import { judgeAttempt, saidAll } from './judge-attempt.ts'

// Said before anything could be committed.
const neverWritten = new Set(['QP_LEDGER_MISSING', 'QP_LEDGER_REFUSED'])

/**
 * Whether an attempt is one at a write of which it is not known what became: it does not say that it succeeded, nor that the
 * ledger kept it from writing. Then the ledger is to be asked.
 */
export function isWriteInDoubt(job: JobState, manifest: Manifest | null): boolean {
  return job.queries.some(({ effect, position }) => {
    const outcome = manifest?.outcomes.find((candidate) => candidate.position === position)
    return effect === 'write' && outcome?.state !== 'succeeded' && !neverWritten.has(outcome?.failure?.code ?? '')
  })
}

/**
 * Settles an attempt at a write that is in doubt. The ledger in its database has the last word: what is committed there has
 * succeeded, in whichever attempt and generation, whatever this attempt says and although its run may be ending.
 *
 * To be called when the attempt has a manifest, so that nobody begins it any more, and after that no backend of its job was
 * found, so that nothing of it can be committed any more.
 */
export async function settleWrite(charge: Charge, id: AttemptId, job: JobState): Promise<Settled> {
  const recorded = await recall(charge, id, job)
  const left = recorded ?? (await readManifest(charge.store, id))
  // One that was closed says nothing of what became of its worker.
  const manifest = left === null || isClosed(left) ? null : left
  const end = manifest === null && job.ending === null ? await readAttemptEnd(charge.queue, id) : saidAll
  const settlement = judgeAttempt(id, job, manifest, end, new Date())
  return settleAttempt(charge.journal, recorded ? { ...settlement, event: recalledEvent(job, recorded) } : settlement)
}

/** What the ledger says of a job's write, put beside its rows, for its worker may not have come to that; null: nothing. */
async function recall(charge: Charge, id: AttemptId, job: JobState): Promise<Manifest | null> {
  const positions = job.queries.map(({ position }) => position)
  const writes = await askTarget(charge, id.run, (target) =>
    readWrites(target, { installation: charge.queue.installation, run: id.run }, positions),
  )
  const [recorded] = writes.values()
  if (recorded === undefined) return null
  await charge.store.putText(manifestKey(recorded), `${JSON.stringify(recorded)}\n`)
  return recorded
}

function recalledEvent(job: JobState, { generation, attempt, worker }: Manifest): NonNullable<Settlement['event']> {
  const [query] = job.queries
  const message = `${query?.name} had been committed by ${worker} (generation ${generation}, attempt ${attempt}), as the ledger says.`
  return { code: 'QP_WRITE_RECALLED', message }
}
