import { type FenceHolder, findFenceHolders, slotKey, terminateBackends } from '@querypool/shared/database'
import type { ErrorCode } from '@querypool/shared/errors'
import { type FencedJob, readFenced, recordEvent } from '@querypool/shared/journal'
import type { Charge, Charges } from './charge.ts'
import { identifyHolders, type RunBackend } from './identify-holders.ts'
import { lookAtRegister, nameOfAttempt } from './look-at-register.ts'
import { type Repeated, repeat } from './repeat.ts'
import { Silence } from './silence.ts'
import { Suspects } from './suspects.ts'

// A worker whose attempt was settled a moment ago is about to end its transaction.
const leftoverGraceMs = 10_000

/**
 * Ends the backends in the database of a charge that nothing accounts for: those of runs that are over, of jobs that are
 * settled or of an earlier generation, and those of attempts whose workers are silent. What belongs to no run that
 * this journal knows, or to one of another overseer's charge, is left alone, and so is what is being ended anyway.
 */
export function backendSweeper(charges: Charges, charge: Charge, onTrouble: (error: Error) => void): Repeated {
  const { silentWorkerMs, reconcileMs } = charges.timing
  const leftovers = new Suspects(leftoverGraceMs)
  const silence = new Silence(silentWorkerMs, reconcileMs)
  const register = lookAtRegister(charges)
  const sweep = async (): Promise<void> => {
    const holders = await findHolders(charge)
    const backends = holders.length === 0 ? [] : await identifyHolders(charge, holders)
    const jobs = new Map((await readFenced(charge.journal, backends)).map((job) => [nameOfJob(job), job]))
    const found = backends.flatMap((backend) => {
      const job = jobs.get(nameOfJob(backend))
      return job !== undefined && isInCharge(charges, job) ? [{ backend, job }] : []
    })
    const past = found.filter(({ job }) => job.state === 'past' || job.state === 'over')
    const left = leftovers.look(past.map(({ backend }) => nameOfBackend(backend)))
    for (const { backend, job } of past) if (left.has(nameOfBackend(backend))) await endLeftover(charge, backend, job)
    const current = found.filter(({ job }) => job.state === 'current')
    const names = current.map(({ job }) => nameOfAttempt(job))
    const silent = silence.look(await register(), names)
    for (const { backend, job } of current)
      if (silent.has(nameOfAttempt(job))) await endSilent(charge, backend, silentWorkerMs)
  }
  return repeat(reconcileMs, sweep, onTrouble)
}

function findHolders({ target, queue, database }: Charge): Promise<FenceHolder[]> {
  return findFenceHolders(target, database === null ? null : slotKey(queue.installation, database.name))
}

/** Whether this overseer looks after a backend: a private run that goes on has an overseer of its own. */
function isInCharge({ privateRun }: Charges, job: FencedJob): boolean {
  if (privateRun !== null) return job.run === privateRun
  return !job.isPrivate || job.state === 'over'
}

async function endLeftover(charge: Charge, backend: RunBackend, job: FencedJob): Promise<void> {
  const why = job.state === 'over' ? 'its run is over' : 'that is settled'
  await end(charge, backend, 'QP_BACKEND_LEFT', `still worked for job ${backend.job}, and was ended: ${why}`)
}

async function endSilent(charge: Charge, backend: RunBackend, silentMs: number): Promise<void> {
  const why = `whose worker has said nothing for ${silentMs / 1000} s`
  await end(charge, backend, 'QP_WORKER_SILENT', `worked for job ${backend.job}, ${why}, and was ended`)
}

/** Only the overseer whose signal reached it tells of it. */
async function end(charge: Charge, backend: RunBackend, code: ErrorCode, what: string): Promise<void> {
  const { run, pid } = backend
  const ended = await terminateBackends(charge.target, charge.queue.installation, run, [backend])
  if (ended > 0) await recordEvent(charge.journal, run, code, `The server process ${pid} ${what}.`)
}

function nameOfJob({ run, job }: { readonly run: string; readonly job: number }): string {
  return `${run}/${job}`
}

function nameOfBackend({ run, job, pid, startedAt }: RunBackend): string {
  return `${run}/${job}/${pid}/${startedAt.getTime()}`
}
