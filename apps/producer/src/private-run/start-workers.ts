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

// One that dies at once, again and again, is started ever more seldom.
const shortestRestartMs = 500
const longestRestartMs = 30_000

/**
 * Starts the workers of a private run and waits until they take jobs. One that ends is started again. More than one
 * process where there are cores for it, so that one death does not stop all; together they have exactly the concurrency.
 *
 * @param onDeath told when a worker has died by itself
 * @param untilGone waits until these server processes no longer work for the run: only then is a dead worker's place free
 */
export async function startWorkers(
  orders: PrivateOrders,
  installation: string,
  queue: string,
  onDeath: (name: string, why: string) => void,
  untilGone: (pids: ReadonlySet<number>) => Promise<void>,
): Promise<PrivateWorkers> {
  const processes = Math.min(orders.concurrency, Math.max(2, Math.min(4, availableParallelism())))
  let stopping = false
  const children = new Set<ChildProcess>()
  const start = (index: number, restartMs = shortestRestartMs): Promise<void> => {
    const startedAt = Date.now()
    const share = Math.floor(orders.concurrency / processes) + (index < orders.concurrency % processes ? 1 : 0)
    const name = `worker-${index + 1}`
    const child = spawn(process.execPath, [workerProgram(), '--orders'], { stdio: ['pipe', 'pipe', 'inherit'] })
    children.add(child)
    const sessions = new Set<number>()
    child.stdin.on('error', () => {})
    child.stdin.write(
      `${JSON.stringify({
        redisUrl: orders.redisUrl,
        installation,
        lanes: [{ queue, database: orders.database }],
        privateRun: orders.run,
        storeLocation: orders.storeLocation,
        name,
        concurrency: share,
        lockMs: privateTiming.workerLockMs,
        graceMs,
        maxResultBytes: orders.maxResultBytes,
      })}\n`,
    )
    child.once('exit', (code, signal) => {
      children.delete(child)
      if (stopping) return
      // Status 0: somebody asked it to stop, and it has given back what it ran.
      if (code !== 0) onDeath(name, signal ? `ended by ${signal}` : `ended with status ${code}`)
      const livedLong = Date.now() - startedAt > longestRestartMs
      const nextMs = livedLong ? shortestRestartMs : Math.min(longestRestartMs, 2 * restartMs)
      setTimeout(async () => {
        await untilGone(sessions)
        // That it ended before it was ready is told by its exit, above.
        if (!stopping) await start(index, nextMs).catch(() => {})
      }, restartMs)
    })
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as { ready?: true; session?: number }
        if (said.ready) resolve()
        if (said.session !== undefined) sessions.add(said.session)
      })
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
