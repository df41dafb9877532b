import { createInterface } from 'node:readline'
import { startWorker } from './start-worker.ts'
import { readOrders } from './worker-orders.ts'

// The worker program: its orders come as one line on standard input; when that input ends, whoever started it is gone
// and it stops as for SIGTERM. It says `{"ready":true}` on standard output once it takes jobs.
const lines = createInterface({ input: process.stdin })
const orders = await new Promise<string>((resolve) => lines.once('line', resolve))
const worker = await startWorker(readOrders(orders))
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
process.stdout.on('error', () => {})
process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
