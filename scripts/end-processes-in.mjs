import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const lookEveryMs = 100
const serversLeaveMs = 60_000
const endMs = 10_000

/**
 * Ends every process that works in a folder or has it as TMPDIR, and waits until they are gone. Our programs are killed,
 * and keepers are asked to stop their servers; servers that nobody keeps are ended harder after a minute. Where there is
 * no /proc it finds none: there servers end when they see that their folder is gone.
 *
 * @param {string} folder its real path
 */
export async function endProcessesIn(folder) {
  const signalOf = ({ program }) => ({ ours: 'SIGKILL', keeper: 'SIGTERM' })[program]
  if (await untilGone(folder, signalOf, serversLeaveMs)) return
  // An immediate shutdown of PostgreSQL, which, unlike a kill, gives its shared memory back.
  if (await untilGone(folder, () => 'SIGQUIT', endMs)) return
  await untilGone(folder, () => 'SIGKILL', endMs)
}

/** Sends each process its signal once; one that appears later gets it, too. False when some are left after the time. */
async function untilGone(folder, signalOf, patienceMs) {
  const told = new Set()
  const deadline = Date.now() + patienceMs
  for (;;) {
    const left = processesIn(folder)
    if (left.length === 0) return true
    if (Date.now() > deadline) return false
    for (const found of left.filter(({ pid }) => !told.has(pid))) {
      told.add(found.pid)
      send(found.pid, signalOf(found))
    }
    await delay(lookEveryMs)
  }
}

function processesIn(folder) {
  return numbersOfProcesses()
    .filter((pid) => pid !== process.pid && belongsTo(pid, folder))
    .map((pid) => ({ pid, program: programOf(pid) }))
    .filter(({ program }) => program !== undefined)
}

function numbersOfProcesses() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function belongsTo(pid, folder) {
  try {
    if (`${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`)) return true
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0TMPDIR=${folder}\0`)
  } catch {
    // It has ended in the meantime, or is somebody else's.
    return false
  }
}

/** Undefined for what no test starts: the shell of somebody who looks into the folder is none of our business. */
function programOf(pid) {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    if (commandLine.includes('keeper-main')) return 'keeper'
    if (/^(\S*\/)?(node|psql|querypool)\b/.test(commandLine)) return 'ours'
    if (/^(\S*\/)?(postgres|initdb|redis|valkey)/.test(commandLine)) return 'server'
  } catch {}
  return undefined
}

function send(pid, signal) {
  if (signal === undefined) return
  try {
    process.kill(pid, signal)
  } catch {}
}
