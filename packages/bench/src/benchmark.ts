import type { Candidate } from './candidate.ts'
import type { PauseWatch } from './taken-time/watch-pauses.ts'

/** Where and how is measured. */
export interface BenchSetting {
  /** A folder that is removed afterwards, and the home of the embedded servers. */
  readonly home: string
  /** An empty database, which queries run on. */
  readonly databaseUrl: string
  /** A database on the same server for the journal of an installation. */
  readonly journalUrl: string
  readonly redisUrl: string
  readonly signal: AbortSignal
  readonly pauses: PauseWatch
  readonly repetitions: number
  /** What is measured where a benchmark can compare two checkouts; the last one is this one. */
  readonly candidates: readonly Candidate[]
  /** Everything once and short, so that it does not rot; nothing is judged. */
  readonly isTiny: boolean
}

/** What a benchmark came to. */
export interface Outcome {
  /** Whether every bar was kept; true where nothing is judged. */
  readonly isGood: boolean
  /** All that was measured, for programs. */
  readonly figures: unknown
}

/** Something that can be measured by name. */
export interface Benchmark {
  readonly name: string
  /** What it shows, in a few words. */
  readonly about: string
  /** Measures, prints as it goes, and prints a table at the end. */
  measure(setting: BenchSetting): Promise<Outcome>
}
