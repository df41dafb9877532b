import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { asQueryPoolError } from '@querypool/shared/errors'
import { homeLayout } from './home-layout.ts'
import { keepServers } from './keeper.ts'
import type { KeeperMessage } from './keeper-message.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { readOrMakePasswords } from './passwords.ts'
import { postgresPrograms } from './postgres-programs.ts'
import { prepareHome } from './prepare-home.ts'
import { readPid } from './running-process.ts'
import { serverAccount } from './server-account.ts'

// Folders that we make are for everybody to see unless they say otherwise: another account may run the servers.
process.umask(0o022)
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    'redis-server': { type: 'string' },
    'no-users-expected': { type: 'boolean', default: false },
  },
})
const layout = homeLayout(values.home ?? '')
let isToStop = false

// A person who ends the keeper wants the servers to stop. A closed terminal is nothing to us.
process.on('SIGTERM', () => {
  isToStop = true
})
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)

try {
  await keepServers(
    await keeperPlace(),
    () => log('Both servers are ready'),
    () => isToStop,
  )
} catch (thrown) {
  const fault = asQueryPoolError(thrown)
  log(thrown instanceof Error ? (thrown.stack ?? fault.message) : fault.message)
  await tell({ kind: 'failed', code: fault.code, message: fault.message, remedy: fault.remedy })
  process.exitCode = 1
}
if ((await readPid(layout.keeperPid)) === process.pid) await rm(layout.keeperPid, { force: true })
log('The keeper leaves')
process.exit()

async function keeperPlace(): Promise<KeeperPlace> {
  const account = await serverAccount()
  await prepareHome(layout, account)
  return {
    layout,
    account,
    passwords: await readOrMakePasswords(layout),
    postgres: await postgresPrograms(process.env, account),
    redisServer: values['redis-server'],
    expectsUsers: !values['no-users-expected'],
    environment: process.env,
    report: (text) => {
      log(text)
      void tell({ kind: 'progress', text })
    },
    log,
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} [${process.pid}] ${line}\n`)
}

/** Tells the process that started us; it may be gone. */
function tell(message: KeeperMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve()
    process.send(message, undefined, undefined, () => resolve())
  })
}
