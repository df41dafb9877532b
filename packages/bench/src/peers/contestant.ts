import type { BenchSetting } from '../benchmark.ts'
import type { Undo } from '../undo.ts'

/** What one run of many queries came to. */
export interface Ran {
  /** From before the submission until it was reported that all queries are done, in ms. */
  readonly wallMs: number
  /** Reads the `n` of each query's result back, in the order of the queries. */
  values(): Promise<readonly unknown[]>
}

/** Runs `select 0 as n`, `select 1 as n` and so on, each as a query of its own. */
export type RunQueries = (count: number) => Promise<Ran>

/** A way to run many queries. */
export interface Contestant {
  readonly name: string
  /** At least how many times its queries per second QueryPool is to do; null where that is not asked. */
  readonly bar: number | null
  /**
   * Starts its processes and waits until they take queries.
   * @param undo gets what ends them and removes what would slow the next ones down, to be done from the last to the first
   */
  open(setting: BenchSetting, undo: Undo): Promise<RunQueries>
}

/** How many worker processes each contestant has, but for the plain pool, and how many queries each runs at once. */
export const workerProcesses = 2
export const queriesAtOnce = 10

/** The query with this number. */
export function statementOf(n: number): string {
  return `select ${n} as n`
}
