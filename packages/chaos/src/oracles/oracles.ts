import { checkCommands } from './check-commands.ts'
import { checkExecutions } from './check-executions.ts'
import { checkFeed } from './check-feed.ts'
import { checkHandedOut } from './check-handed-out.ts'
import { checkLeftovers } from './check-leftovers.ts'
import { checkLogs } from './check-logs.ts'
import { checkNeeds } from './check-needs.ts'
import { checkProcesses } from './check-processes.ts'
import { checkRepairs } from './check-repairs.ts'
import { checkRest } from './check-rest.ts'
import { checkRows } from './check-rows.ts'
import { checkStates } from './check-states.ts'
import { checkVerify } from './check-verify.ts'
import type { Oracle } from './round-outcome.ts'

/** All that is compared after a round, in this order: what waits comes last. */
export const oracles: readonly Oracle[] = [
  checkStates,
  checkCommands,
  checkRows,
  checkFeed,
  checkVerify,
  checkExecutions,
  checkNeeds,
  checkHandedOut,
  checkRepairs,
  checkLogs,
  checkLeftovers,
  checkProcesses,
  checkRest,
]
