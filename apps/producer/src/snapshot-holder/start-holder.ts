import { type ChildProcess, spawn } from 'node:child_process'
import type { HolderOrders } from './holder-orders.ts'

/**
 * Starts a process that holds a snapshot. It outlives this one: the snapshot is to be there when an overseer dies. What
 * becomes of it is seen in the database, and in the journal.
 */
export function startHolder(orders: HolderOrders): ChildProcess {
  // In a process group of its own, so that a Ctrl-C at the terminal does not reach it.
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'snapshot-holder'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.stdin.end(`${JSON.stringify(orders)}\n`)
  child.unref()
  return child
}
