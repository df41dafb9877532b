import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import {
  followRun,
  hasOverseer,
  hasUntried,
  type Journal,
  readOutbox,
  readRun,
  recordEvent,
} from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import { privateAttempts } from '../overseer/index.ts'
import type { PrivateOrders } from './private-orders.ts'

/** Looks after the overseer of a private run for as long as this process lives. */
export interface Attendant {
  /** Ends the care; the overseer goes on by itself. */
  leave(): void
  /** Resolves when the generation is over, published and told of, and the overseer has ended. */
  ended(): Promise<void>
}

const lookMs = 1000
// Longer than any pause of a machine: an overseer that says nothing for so long hangs.
const startDeadlineMs = 120_000
const overseerLookMs = 200

/**
 * Starts the overseer of a private run's generation and waits until it and its workers are ready. When it dies before the run is over
 * it is started again.
 * @param onTrouble told, once for each reason, why it cannot be started again; that is tried on and on
 * @throws QP_OVERSEER_START when it ends before it is ready, or hangs
 */
export async function attendRun(
  journal: Journal,
  orders: PrivateOrders,
  onTrouble: (message: string) => void,
): Promise<Attendant> {
  let child = await startOverseerProcess(orders)
  let left = false
  let told = ''
  const tell = ({ message }: Error): void => {
    if (message !== told) onTrouble(message)
    told = message
  }
  const timer = setInterval(() => void look().catch(tell), lookMs)
  let looking = false
  const look = async (): Promise<void> => {
    if (looking || left || !hasEnded(child)) return
    looking = true
    try {
      if (!(await isUnfinished(journal, orders)) || (await hasOverseer(journal, orders.run)) || left) return
      child = await startOverseerProcess(orders)
      await recordEvent(journal, orders.run, 'QP_OVERSEER_RESTARTED', 'The overseer had died and was started again.')
    } finally {
      looking = false
    }
  }
  return {
    leave: () => {
      left = true
      clearInterval(timer)
      child.stdin?.end()
      child.stdout?.destroy()
      child.unref()
    },
    ended: async () => {
      left = true
      clearInterval(timer)
      for (;;) {
        if (!hasEnded(child)) await new Promise<void>((resolve) => child.once('exit', () => resolve()))
        // A journal that does not answer now has the rest, and the next overseer sends it.
        if (!(await isUnfinished(journal, orders).catch(() => false))) return
        if (await hasOverseer(journal, orders.run)) await wait(overseerLookMs)
        else child = await startOverseerProcess(orders)
      }
    },
  }
}

/**
 * Whether something of a generation, or of the one by which it was superseded, is left to do, to publish or to tell. One that
 * somebody had retried is not ours any more.
 */
async function isUnfinished(journal: Journal, { run, generation }: PrivateOrders): Promise<boolean> {
  const view = await readRun(journal, run)
  if (view.generation < generation) return false
  if ((await followRun(journal, run, generation)).generation !== view.generation) return false
  if (!isTerminal(view.state) || (await readOutbox(journal, run)).queues.length > 0) return true
  return hasUntried(journal, run, privateAttempts)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function startOverseerProcess(orders: PrivateOrders): Promise<ChildProcess> {
  const program = process.argv[1] ?? ''
  // In a process group of its own, so that a Ctrl-C at the terminal does not reach it.
  const child = spawn(process.execPath, [program, 'private-overseer'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(orders)}\n`)
  let hanging: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    hanging = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new QueryPoolError('QP_OVERSEER_START', 'The overseer said nothing for two minutes and was ended.'))
    }, startDeadlineMs)
    createInterface({ input: child.stdout }).once('line', (line) => {
      const said = JSON.parse(line) as { ready: boolean; code?: string; message?: string }
      if (said.ready) resolve()
      else reject(new QueryPoolError('QP_OVERSEER_START', `The overseer cannot start: ${said.message} [${said.code}]`))
    })
    child.once('exit', (code, signal) =>
      reject(new QueryPoolError('QP_OVERSEER_START', `The overseer ended before it was ready (${signal ?? code}).`)),
    )
    child.once('error', reject)
  }).finally(() => clearTimeout(hanging))
  return child
}
