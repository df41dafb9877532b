import { spawn } from 'node:child_process'

/** The statuses with which a shell shows that one of these signals ended a program. */
const statusOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/**
 * Runs a program and waits for its end, on our own standard streams. SIGINT, SIGTERM and SIGHUP are passed on and the end
 * is still waited for, so that it can clean up. On a terminal Ctrl-C reaches the whole foreground group by itself, and
 * passing SIGINT on would make it two.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} variables environment variables in addition to ours
 * @returns {Promise<number>} its exit status, 130, 143 or 129 if SIGINT, SIGTERM or SIGHUP ended it, 1 if another did
 */
export async function runProgram(program, args, variables = {}) {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...variables } })
  return await endOf(child, (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}

/**
 * Runs a program without showing what it says unless it fails. It gets a process group of its own, since programs that
 * npx starts do not pass signals on: ours go to the whole group.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} variables environment variables in addition to ours
 * @returns {Promise<number>} its exit status as of runProgram
 */
export async function runQuietly(program, args, variables) {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...variables },
  })
  const said = []
  child.stdout.on('data', (chunk) => said.push(chunk))
  child.stderr.on('data', (chunk) => said.push(chunk))
  const status = await endOf(child, (signal) => process.kill(-child.pid, signal))
  if (status !== 0) process.stderr.write(Buffer.concat(said))
  return status
}

/** Waits for the end of a child, giving our signals to `passOn` in the meantime. */
async function endOf(child, passOn) {
  const onSignal = (signal) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) passOn(signal)
  }
  for (const signal of Object.keys(statusOf)) process.on(signal, onSignal)
  try {
    return await new Promise((resolve) => {
      child.once('error', (fault) => {
        process.stderr.write(`${fault.message}\n`)
        resolve(1)
      })
      child.once('close', (status, signal) => resolve(status ?? statusOf[signal] ?? 1))
    })
  } finally {
    for (const signal of Object.keys(statusOf)) process.off(signal, onSignal)
  }
}
