import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repositoryFolder } from '@querypool/demo/repository-folder'
import { workloadNames } from './workloads.ts'

/** A built checkout that is measured. */
export interface Candidate {
  readonly name: string
  /** The program of its command line. */
  readonly program: string
}

/** What is measured, and how often. */
export interface Options {
  readonly workloads: readonly BenchmarkName[]
  readonly repetitions: number
  readonly candidates: readonly Candidate[]
  /** Everything once and short, so that it does not rot; nothing is judged. */
  readonly isTiny: boolean
  /** Where a JSON file is written for each benchmark that has one; null: nowhere. */
  readonly jsonFolder: string | null
}

const benchmarkNames = [...workloadNames, 'uneven', 'export', 'million'] as const
/** What can be measured. */
export type BenchmarkName = (typeof benchmarkNames)[number]

const defaultRepetitions = 5

/** Reads the arguments of `npm run bench`. @throws Error in words for a person */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      repetitions: { type: 'string' },
      against: { type: 'string' },
      tiny: { type: 'boolean' },
      json: { type: 'string' },
    },
  })
  const unknown = positionals.find((name) => !benchmarkNames.includes(name as BenchmarkName))
  if (unknown !== undefined) throw new Error(`There is no workload "${unknown}", only ${benchmarkNames.join(', ')}.`)
  const isTiny = values.tiny === true
  const repetitions = Number(values.repetitions ?? (isTiny ? 1 : defaultRepetitions))
  if (!Number.isInteger(repetitions) || repetitions < 1) throw new Error('--repetitions takes a whole number from 1.')
  const candidates = [candidate('this', repositoryFolder)]
  if (values.against !== undefined) candidates.unshift(candidate('other', resolve(values.against)))
  return {
    workloads: positionals.length === 0 ? benchmarkNames : (positionals as BenchmarkName[]),
    repetitions,
    candidates,
    isTiny,
    jsonFolder: values.json === undefined ? null : resolve(values.json),
  }
}

/** Of what machine the figures are. */
export function describeMachine(): string {
  return `${process.platform} ${process.arch}, ${availableParallelism()} cores, Node.js ${process.versions.node}`
}

function candidate(name: string, folder: string): Candidate {
  return { name, program: join(folder, 'apps', 'producer', 'dist', 'main.js') }
}
