import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { workerProgram } from '@querypool/local/programs'
import type { PrivateOrders } from './private-orders.ts'
import { graceMs, privateTiming } from './timing.ts'

/** The worker processes of a private run. */
export interface PrivateWorkers {
  stop(): Promise<void>
}

const restartMs = 500

/**
 * Starts the workers of a private run and waits until they take jobs. One that dies is started again. More than one
 * process where there are cores for it, so that one death does not stop all; together they have exactly the concurrency.
 *
 * @param onDeath told when a worker has died by itself
 */
export async function startWorkers(
  orders: PrivateOrders,
  installation: string,
  queue: string,
  onDeath: (name: string, why: string) => void,
): Promise<PrivateWorkers> {
  const processes = Math.min(orders.concurrency, Math.max(2, Math.min(4, availableParallelism())))
  let stopping = false
  const children = new Set<ChildProcess>()
  const start = (index: number): Promise<void> => {
    const share = Math.floor(orders.concurrency / processes) + (index < orders.concurrency % processes ? 1 : 0)
    const name = `worker-${index + 1}`
    const child = spawn(process.execPath, [workerProgram()], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.add(child)
    child.stdin.on('error', () => {})
    child.stdin.write(
      `${JSON.stringify({
        redisUrl: orders.redisUrl,
        installation,
        queue,
        databaseUrl: orders.databaseUrl,
        resultsFolder: orders.resultsFolder,
        name,
        concurrency: share,
        ...privateTiming,
        graceMs,
        defaultTimeoutMs: null,
      })}\n`,
    )
    child.once('exit', (code, signal) => {
      children.delete(child)
      if (stopping) return
      onDeath(name, signal ? `ended by ${signal}` : `ended with status ${code}`)
      setTimeout(() => {
        if (!stopping) void start(index).catch(() => {})
      }, restartMs)
    })
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', () => resolve())
      child.once('exit', () => reject(new Error(`${name} ended before it was ready`)))
      child.once('error', reject)
    })
  }
  await Promise.all(Array.from({ length: processes }, (_, index) => start(index)))
  return {
    stop: async () => {
      stopping = true
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve()
              child.once('exit', () => resolve())
              child.kill('SIGTERM')
            }),
        ),
      )
    },
  }
}
