export { type GroupedRun, groupQueries, type WaitingQuery } from './group-queries.ts'
export { grouping, leastObserved, mostObserved, shortMs } from './grouping.ts'
export { type RankedJob, rankJobs } from './rank-jobs.ts'
export { defaultRetries, deservesRetry, maxLostSnapshots, maxLostWorkers, retryDelayMs } from './retry-policy.ts'
export { newRunId } from './run-id.ts'
export {
  isTerminal,
  type OutcomeCounts,
  type QueryState,
  type RunState,
  type TerminalQueryState,
  terminalRunState,
} from './states.ts'
export { maxNodesPerChunk, roomForJobs, slotsWithoutLimit, windowOfJobs, windowOfUnknown } from './window.ts'
