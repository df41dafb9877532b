import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import { endOrphanBackends } from './end-orphan-backends.ts'
import { freePort } from './free-port.ts'
import type { HomeLayout } from './home-layout.ts'
import { isFault } from './is-fault.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { sizeOf, tailOf } from './log-file.ts'
import { isRunning, signal, waitUntilGone } from './running-process.ts'
import { readServerRecord } from './server-record.ts'
import { startServer } from './start-server.ts'

/** A live PostgreSQL of a home: its first process, its port, and whether it has begun to take connections. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly ready: boolean
}

const startAttempts = 10
const fastShutdownMs = 60_000

/**
 * The PostgreSQL that runs on the home's data folder, if one does. PostgreSQL itself writes postmaster.pid, and sees to
 * it that only one server at a time works on a data folder (process id in line 1, port in line 4, state in line 8).
 */
export async function readPostmaster(layout: HomeLayout): Promise<Postmaster | undefined> {
  const lines = await readPidFile(layout)
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!(pid > 0 && port > 0) || !(await isRunning(pid, layout.postgresData))) return undefined
  return { pid, port, ready: lines[7]?.trim() === 'ready' }
}

/**
 * Starts PostgreSQL, on its last port if that is free, and waits until it takes connections; or until it turns out that
 * another process has started one.
 * @throws QP_EMBEDDED_START with the end of its log
 */
export async function startPostmaster(place: KeeperPlace): Promise<void> {
  const { layout } = place
  for (let attempt = 1; ; attempt++) {
    const logged = await sizeOf(layout.postgresLog)
    await removeStalePidFile(layout)
    const record = await readServerRecord(layout)
    const server = await startServer({
      program: place.postgres.postgres,
      args: postgresArguments(layout, await freePort(record?.postgresPort)),
      folder: layout.data,
      log: layout.postgresLog,
      account: place.account,
    })
    let ended: string | undefined
    server.ended.then((how) => {
      ended = how
    })
    while (ended === undefined) {
      const postmaster = await readPostmaster(layout)
      if (postmaster && (postmaster.ready || postmaster.pid !== server.pid)) return
      await delay(20)
    }
    if (await readPostmaster(layout)) return
    place.log(`PostgreSQL ${ended} at its start, attempt ${attempt}`)
    if (attempt === startAttempts) {
      const tail = await tailOf(layout.postgresLog, logged)
      throw new QueryPoolError(
        'QP_EMBEDDED_START',
        `PostgreSQL ${ended}; its log ${layout.postgresLog} ends with\n${tail}`,
      )
    }
    // After a kill -9 of the server its backends may go on with a long statement, and keep the data folder from a new one.
    await endOrphanBackends(layout)
    await delay(100 * attempt)
  }
}

/** Stops PostgreSQL: its sessions are ended and its data written; if it takes too long, without waiting for that. */
export async function stopPostmaster(layout: HomeLayout): Promise<void> {
  const postmaster = await readPostmaster(layout)
  if (!postmaster) return
  signal(postmaster.pid, 'SIGINT')
  if (await waitUntilGone(postmaster.pid, layout.postgresData, fastShutdownMs)) return
  signal(postmaster.pid, 'SIGQUIT')
  await waitUntilGone(postmaster.pid, layout.postgresData, fastShutdownMs)
}

function postgresArguments(layout: HomeLayout, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    jit: 'off',
    // A backend whose client has died ends within this time, even in the middle of a statement.
    client_connection_check_interval: '2s',
    log_line_prefix: '%m [%p] ',
  }
  return ['-D', layout.postgresData, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

async function readPidFile(layout: HomeLayout): Promise<string[]> {
  try {
    return (await readFile(pidFile(layout), 'utf8')).split('\n')
  } catch (fault) {
    if (isFault(fault, 'ENOENT')) return []
    throw fault
  }
}

/**
 * Removes the pid file of a server that is dead although its process id is in use: given to another process, or not yet
 * waited for. PostgreSQL would take that process for itself and refuse to start. (A server that is alive without
 * the file keeps others out by its shared memory.)
 */
async function removeStalePidFile(layout: HomeLayout): Promise<void> {
  const [pid] = await readPidFile(layout)
  if (pid && !(await isRunning(Number(pid), layout.postgresData))) await rm(pidFile(layout), { force: true })
}

function pidFile(layout: HomeLayout): string {
  return join(layout.postgresData, 'postmaster.pid')
}
