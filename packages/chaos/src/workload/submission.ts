import type { Program } from '../stage/program.ts'
import type { Stage } from '../stage/stage.ts'
import type { Batch } from './batch.ts'

/** A batch that was, or is being, submitted. */
export interface Submission {
  readonly batch: Batch
  /** The command that waits for its run, when a command submitted it. */
  command: Program | null
  /** Its run, once that is known. */
  run: string | null
  /** Whether somebody has asked to cancel it: only then may a generation of it be cancelled. */
  isCancelAsked: boolean
}

/** Where faults strike: the stage, and what was submitted to it in this round so far. */
export interface Scene {
  readonly stage: Stage
  readonly submissions: readonly Submission[]
}
