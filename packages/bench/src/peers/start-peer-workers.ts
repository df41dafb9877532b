import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { queriesAtOnce, workerProcesses } from './contestant.ts'
import type { WorkerMessage, WorkerOrders } from './worker-orders.ts'

/** The worker processes of a peer. */
export interface PeerWorkers {
  /** Resolves when, from now on, they have said of so many queries that they are done. Rejects when one of them ends. */
  untilDone(count: number): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the worker processes of a peer, and waits until they take queries.
 * @param program the name of the built program, in this folder
 */
export async function startPeerWorkers(
  program: string,
  urls: Pick<WorkerOrders, 'databaseUrl' | 'redisUrl'>,
): Promise<PeerWorkers> {
  const orders: WorkerOrders = { databaseUrl: urls.databaseUrl, redisUrl: urls.redisUrl, queriesAtOnce }
  const workers = Array.from({ length: workerProcesses }, () => fork(new URL(program, import.meta.url)))
  const stop = async (): Promise<void> => {
    await Promise.all(workers.map(end))
  }
  try {
    await Promise.all(workers.map((worker) => untilReady(worker, orders)))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    stop,
    untilDone: (count) =>
      new Promise((resolve, reject) => {
        let done = 0
        for (const worker of workers) {
          worker.once('exit', (status) => reject(new Error(`${program} ended with ${status}`)))
          worker.on('message', (message: WorkerMessage) => {
            if (message.is === 'done') done += message.count
            if (done >= count) resolve()
          })
        }
      }),
  }
}

async function untilReady(worker: ChildProcess, orders: WorkerOrders): Promise<void> {
  worker.send(orders)
  const ended = once(worker, 'exit').then(([status]) => {
    throw new Error(`A worker process ended with ${status} at its start.`)
  })
  await Promise.race([once(worker, 'message'), ended])
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const ended = once(worker, 'exit')
  worker.disconnect()
  await ended
}
