import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.ts'
import { benchmarks } from './benchmarks.ts'
import { type Candidate, candidateIn, thisCheckout } from './candidate.ts'

/** What is measured, and how often. */
export interface Options {
  readonly chosen: readonly Benchmark[]
  readonly repetitions: number
  readonly candidates: readonly Candidate[]
  /** Everything once and short, so that it does not rot; nothing is judged. */
  readonly isTiny: boolean
  /** The file for all figures; null: none is written. */
  readonly jsonFile: string | null
  /** Only to say what can be measured. */
  readonly isList: boolean
}

const defaultRepetitions = 5

/** Reads the arguments of `npm run bench`. @throws Error in words for a person */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      repetitions: { type: 'string' },
      against: { type: 'string' },
      json: { type: 'string' },
      tiny: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  })
  const isTiny = values.tiny === true
  const repetitions = Number(values.repetitions ?? (isTiny ? 1 : defaultRepetitions))
  if (!Number.isInteger(repetitions) || repetitions < 1) throw new Error('--repetitions takes a whole number from 1.')
  const candidates = [thisCheckout]
  if (values.against !== undefined) candidates.unshift(candidateIn('other', resolve(values.against)))
  return {
    chosen: positionals.length === 0 ? benchmarks : positionals.map(benchmarkCalled),
    repetitions,
    candidates,
    isTiny,
    jsonFile: values.json === undefined ? null : resolve(values.json),
    isList: values.list === true,
  }
}

/** Of what machine the figures are. */
export function describeMachine(): string {
  return `${process.platform} ${process.arch}, ${availableParallelism()} cores, Node.js ${process.versions.node}`
}

function benchmarkCalled(name: string): Benchmark {
  const found = benchmarks.find((each) => each.name === name)
  if (found) return found
  throw new Error(`There is no benchmark "${name}", only ${benchmarks.map((each) => each.name).join(', ')}.`)
}
