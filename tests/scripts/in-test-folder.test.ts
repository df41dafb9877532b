import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { findLiving } from '../chaos/processes.ts'

/** What the tests below see of a run: its folder, its process, and one that this left behind in a group of its own. */
interface Started {
  readonly folder: string
  readonly tester: number
  readonly straggler: number
}

const scripts = new URL('../../scripts/', import.meta.url)

// Stands for vitest: it dies of a signal without cleaning up.
const tester = `
  const { spawn } = require('node:child_process')
  const options = { detached: true, stdio: 'ignore', cwd: '/' }
  const straggler = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options)
  straggler.once('spawn', () => {
    const started = { folder: process.env.TMPDIR, tester: process.pid, straggler: straggler.pid }
    process.stdout.write(JSON.stringify(started) + '\\n')
  })
  setInterval(() => {}, 1000)`

const runner = `
  import { inTestFolder } from ${JSON.stringify(new URL('in-test-folder.mjs', scripts).href)}
  import { runProgram } from ${JSON.stringify(new URL('run-program.mjs', scripts).href)}
  process.exitCode = await inTestFolder((folder) =>
    runProgram(process.execPath, ['-e', ${JSON.stringify(tester)}], { TMPDIR: folder }))`

test.skipIf(!existsSync('/proc/self')).each([
  { how: 'interrupted', signal: 'SIGINT', receiver: 'runner', status: 130 },
  { how: 'terminated', signal: 'SIGTERM', receiver: 'runner', status: 143 },
  { how: 'left by their terminal', signal: 'SIGHUP', receiver: 'runner', status: 129 },
  { how: 'killed under their runner', signal: 'SIGKILL', receiver: 'tester', status: 1 },
] as const)('tests that are $how leave no folder and no process', async ({ signal, receiver, status }) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
  const started = JSON.parse(line) as Started
  expect(existsSync(started.folder)).toBe(true)
  expect(await findLiving([started.straggler])).toEqual([started.straggler])

  process.kill(receiver === 'runner' ? (child.pid ?? 0) : started.tester, signal)

  expect(await ended).toBe(status)
  expect(existsSync(started.folder)).toBe(false)
  expect(existsSync(dirname(started.folder))).toBe(true)
  expect(await findLiving([started.tester, started.straggler])).toEqual([])
})
