import { parseArgs } from 'node:util'
import { type BugName, bugNames } from './bugs/bugs.ts'
import { themes } from './plan/theme.ts'
import { kinds } from './workload/kinds.ts'

/** What is run. */
export interface Options {
  readonly seed: number
  /** The round to begin with. */
  readonly firstRound: number
  /** It ends after so many rounds, or so many minutes. */
  readonly rounds: number
  readonly minutes: number
  /** The theme of all rounds; null: each has its own. */
  readonly theme: string | null
  /** Of which kind all batches are; null: of any. */
  readonly kind: string | null
  /** The bug that the programs have, which must be found; null: none. */
  readonly bug: BugName | null
}

const defaultRounds = 5

/** Reads the arguments of `npm run chaos`. @throws Error in words for a person */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string' },
      round: { type: 'string' },
      rounds: { type: 'string' },
      minutes: { type: 'string' },
      theme: { type: 'string' },
      kind: { type: 'string' },
      bug: { type: 'string' },
    },
  })
  const { bug = null, theme = null, kind = null } = values
  if (theme !== null && !themes.some(({ name }) => name === theme))
    throw new Error(`There is no theme "${theme}", only ${themes.map(({ name }) => name).join(', ')}.`)
  if (kind !== null && !kinds.some(({ name }) => name === kind))
    throw new Error(`There is no kind of batch "${kind}", only ${kinds.map(({ name }) => name).join(', ')}.`)
  if (bug !== null && !bugNames.includes(bug as BugName))
    throw new Error(`There is no bug "${bug}", only ${bugNames.join(', ')}.`)
  const isTimed = values.minutes !== undefined
  return {
    seed: wholeNumber('--seed', values.seed, Math.floor(Date.now() / 1000) % 1_000_000),
    firstRound: wholeNumber('--round', values.round, 1),
    rounds: wholeNumber('--rounds', values.rounds, isTimed ? Number.MAX_SAFE_INTEGER : defaultRounds),
    minutes: wholeNumber('--minutes', values.minutes, Number.MAX_SAFE_INTEGER),
    theme,
    kind,
    bug: bug as BugName | null,
  }
}

function wholeNumber(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  if (!/^\d{1,9}$/.test(given) || given === '0') throw new Error(`${option} takes a whole number from 1.`)
  return Number(given)
}
