import type { FaultName } from '../faults/fault.ts'
import type { Stage } from '../stage/stage.ts'
import type { Submission } from '../workload/submission.ts'
import type { Execution } from './executions.ts'

/** A round that is over, to be compared with what must be. */
export interface RoundOutcome {
  readonly stage: Stage
  readonly submissions: readonly Submission[]
  /** The faults that it had. */
  readonly faults: ReadonlySet<FaultName>
  readonly startedAt: Date
  /** What the target's server says of executions in the round. */
  readonly executions: readonly Execution[]
}

/** Compares one thing. @returns what is wrong, a sentence each */
export type Oracle = (outcome: RoundOutcome) => Promise<string[]>
