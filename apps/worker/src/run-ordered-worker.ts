import { createInterface } from 'node:readline'
import { startWorker } from './start-worker.ts'
import { readOrders } from './worker-orders.ts'

/**
 * A worker of a private run: its orders come as one line on standard input; when that input ends, whoever started it is
 * gone and it stops as for SIGTERM. On standard output it says, a line of JSON each, that it takes jobs (`ready`), and the
 * server process of each session that it opens (`session`), so that its end can be waited for should the worker die.
 */
export async function runOrderedWorker(): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  const orders = await new Promise<string>((resolve) => lines.once('line', resolve))
  const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`)
  process.stdout.on('error', () => {})
  const worker = await startWorker(readOrders(orders), { onSession: (pid) => say({ session: pid }) })
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    worker.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  lines.on('close', stop)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  say({ ready: true })
}
