import type { Random } from '../random.ts'
import type { Stage } from '../stage/stage.ts'
import type { Batch } from './batch.ts'

/**
 * A kind of batch: what it consists of, and how it is found out that what it did is right, beyond what is compared for
 * every batch (states, rows, the feed, executions).
 */
export interface Kind {
  readonly name: string
  /** Makes a batch. The same key and numbers give the same one. */
  make(key: string, random: Random): Batch
  /** Prepares the target database, before the first round; where nothing has to be there, absent. */
  prepare?(stage: Stage): Promise<void>
  /** What somebody else does to the target database while a round goes on, until the signal; where nobody does, absent. */
  accompany?(stage: Stage, signal: AbortSignal): Promise<void>
  /**
   * What is wrong with what a batch of this kind has done and has not done, a sentence each. Asked when its run is over,
   * however it ended, and again when it has succeeded at last.
   */
  judge?(stage: Stage, batch: Batch): Promise<string[]>
}
