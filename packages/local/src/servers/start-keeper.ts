import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { QueryPoolError } from '@querypool/shared/errors'
import type { HomeLayout } from './home-layout.ts'
import type { KeeperMessage } from './keeper-message.ts'
import { openLog } from './log-file.ts'

/** The built program, also where this file runs from its source. */
const keeperProgram = fileURLToPath(new URL('../../dist/servers/keeper-main.js', import.meta.url))

/** A keeper that we started: running; left, as there is another one or nobody to serve; failed; or died in silence. */
type KeeperOutcome = 'running' | 'left' | 'died' | QueryPoolError

/** How a keeper is to work. */
export interface KeeperOrder {
  /** Whether somebody is about to use the servers; if not, and nobody does, they are stopped at once. */
  readonly expectsUsers: boolean
  readonly redisServer?: string | undefined
  readonly onProgress?: ((message: string) => void) | undefined
}

/** A keeper that this process started, which is not to say that it became the home's keeper. */
export interface StartedKeeper {
  outcome(): KeeperOutcome
  /** Ends our listening; the keeper itself goes on. */
  letGo(): void
}

/** Starts a keeper for a home as a process of its own that outlives us. Neither its life nor its words keep us alive. */
export async function startKeeper(layout: HomeLayout, order: KeeperOrder): Promise<StartedKeeper> {
  const log = await openLog(layout.keeperLog)
  const args = [keeperProgram, '--home', layout.home]
  if (order.redisServer !== undefined) args.push('--redis-server', order.redisServer)
  if (!order.expectsUsers) args.push('--no-users-expected')
  const child = spawn(process.execPath, args, {
    cwd: layout.home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  })
  await log.close()
  child.unref()
  child.channel?.unref()
  let outcome: KeeperOutcome = 'running'
  child.on('message', (message: KeeperMessage) => {
    if (message.kind === 'progress') order.onProgress?.(message.text)
    else outcome = new QueryPoolError(message.code, message.message, { remedy: message.remedy })
  })
  child.once('error', (cause) => {
    outcome = new QueryPoolError('QP_EMBEDDED_START', `The keeper could not be started: ${cause.message}`, { cause })
  })
  child.once('exit', (status) => {
    if (outcome === 'running') outcome = status === 0 ? 'left' : 'died'
  })
  return {
    outcome: () => outcome,
    letGo: () => {
      if (child.connected) child.disconnect()
    },
  }
}
