import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { BenchSetting } from '../benchmark.ts'
import type { Undo } from '../undo.ts'
import { queriesAtOnce, workerProcesses } from './contestant.ts'
import type { WorkerMessage, WorkerOrders } from './worker-orders.ts'

/** The worker processes of a peer. */
export interface PeerWorkers {
  /** Rejects when one of them ends. */
  readonly lost: Promise<never>
  /** Resolves when, from now on, they have said of so many queries that they are done. Rejects when one of them ends. */
  untilDone(count: number): Promise<void>
}

/**
 * Starts the worker processes of a peer, and waits until they take queries.
 * @param program the name of the built program, in this folder
 */
export async function startPeerWorkers(
  program: string,
  { databaseUrl, redisUrl }: BenchSetting,
  undo: Undo,
): Promise<PeerWorkers> {
  const orders: WorkerOrders = { databaseUrl, redisUrl, queriesAtOnce }
  const workers = Array.from({ length: workerProcesses }, () => fork(new URL(program, import.meta.url)))
  undo.push(() => Promise.all(workers.map(end)))
  const lost = Promise.race(workers.map((worker) => once(worker, 'exit'))).then(([status]) => {
    throw new Error(`${program} ended with ${status}.`)
  })
  // They also end when they are told to, and then nobody waits for them.
  lost.catch(() => {})
  for (const worker of workers) worker.send(orders)
  await Promise.race([Promise.all(workers.map((worker) => once(worker, 'message'))), lost])
  return {
    lost,
    untilDone: (count) => {
      const done = Promise.race([allDone(workers, count), lost])
      // Whoever was interrupted does not come to wait for it.
      done.catch(() => {})
      return done
    },
  }
}

async function allDone(workers: readonly ChildProcess[], count: number): Promise<void> {
  let done = 0
  await new Promise<void>((resolve) => {
    for (const worker of workers)
      worker.on('message', (message: WorkerMessage) => {
        if (message.is === 'done') done += message.count
        if (done >= count) resolve()
      })
  })
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const ended = once(worker, 'exit')
  worker.disconnect()
  await ended
}
