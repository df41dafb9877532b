import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bugs } from './bugs/bugs.ts'
import { copyWithBug } from './bugs/copy-programs.ts'
import { type Options, readOptions } from './options.ts'
import { runRounds } from './rounds/run-rounds.ts'
import { withStage } from './stage/stage.ts'

// `npm run chaos`: whether anything is lost, doubled, stuck or left while everything fails. See docs/chaos.md.
const checkout = resolve(import.meta.dirname, '..', '..', '..')
const interruption = new AbortController()
let interruptedBy: 'SIGINT' | 'SIGTERM' | undefined
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    interruptedBy ??= name
    interruption.abort()
  })

try {
  const options = readOptions(process.argv.slice(2))
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'querypool-chaos-')))
  const isGood = await unleash(folder, options)
  if (isGood) await rm(folder, { recursive: true, force: true })
  else {
    say(`Logs are kept in ${folder}`)
    process.exitCode = 1
  }
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
  process.exitCode = 1
}
if (interruptedBy) process.exitCode = 128 + constants.signals[interruptedBy]

async function unleash(folder: string, options: Options): Promise<boolean> {
  const bug = options.bug === null ? null : bugs[options.bug]
  const programs = bug === null ? checkout : join(folder, 'programs')
  if (bug !== null) {
    await copyWithBug(checkout, programs, bug)
    say(`The programs have a bug: ${bug.what}.`)
  }
  const { value: end, stayed } = await withStage(folder, programs, async (stage) => {
    if (stage.disk.way === null) say('Here the disk of the store cannot be made full: that fault does nothing.')
    return runRounds(stage, options, interruption.signal, say)
  })
  if (stayed.length > 0) say(`Had to be killed at the end: ${stayed.join(', ')}`)
  if (bug === null) return !end.isViolated && stayed.length === 0
  say(end.isViolated ? `The bug was found in round ${end.rounds}.` : `The bug was NOT found in ${end.rounds} rounds.`)
  return end.isViolated
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
