import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endProcessesIn } from './end-processes-in.mjs'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Does some work with a temporary folder that is taken away afterwards, with every process that is left in it: tests
 * that are interrupted or killed clean nothing up by themselves. Signals do not end us before that is done.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>} what the work came to
 */
export async function inTestFolder(work) {
  const outlive = () => undefined
  for (const signal of signals) process.on(signal, outlive)
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'querypool-tests-')))
  try {
    // Started by root, PostgreSQL runs as another user, who has to get through this folder.
    chmodSync(folder, 0o755)
    return await work(folder)
  } finally {
    await endProcessesIn(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
    for (const signal of signals) process.off(signal, outlive)
  }
}
