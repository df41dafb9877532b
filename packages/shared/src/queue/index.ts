export { addAttempts, queriesKey, whichExist } from './add-attempts.ts'
export { addDispatch, addRun } from './add-run.ts'
export { type AttemptEnd, readAttemptEnd } from './attempt-state.ts'
export { hintCancelled, isHintedCancelled, removeWaiting } from './cancel-waiting.ts'
export { checkRedis, connectRedis, describeRedis, type RedisFacts } from './connection.ts'
export {
  type CollectResultsData,
  type OfRunData,
  queriesToRun,
  type RunQueriesData,
  readCollectResultsData,
  readOfRunData,
  readRunQueriesData,
} from './job-data.ts'
export { keyPrefix, privateQueueNames, type QueueNames } from './names.ts'
export { openRunQueue, type RunQueue, removeRunQueue } from './run-queue.ts'
