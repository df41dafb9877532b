export { addAttempts, queriesKey } from './add-attempts.ts'
export { addRun, type DispatchNumbers } from './add-run.ts'
export { type AttemptPresence, readPresence, removeSpent } from './attempt-presence.ts'
export { type AttemptEnd, readAttemptEnd, removeAttempt } from './attempt-state.ts'
export { hintCancelled, isHintedCancelled, removeWaiting } from './cancel-waiting.ts'
export { checkRedis, inspectRedis, type RedisFacts } from './check-redis.ts'
export { connectRedis, describeRedis, type Redis } from './connection.ts'
export { endWhenAway } from './end-when-away.ts'
export { failLost } from './fail-lost.ts'
export { type Announcement, announceInstallation, findInstallations } from './installations.ts'
export {
  type CollectResultsData,
  type OfRunData,
  queriesToRun,
  type RunQueriesData,
  readCollectResultsData,
  readOfRunData,
  readRunQueriesData,
} from './job-data.ts'
export { type LaneState, readLaneState } from './lane-state.ts'
export { applyLimit, type LiveLimit, readLimit, servedDatabases } from './limits.ts'
export { type JobPlace, listJobs } from './list-jobs.ts'
export {
  attemptJobId,
  collectJobId,
  dispatchJobId,
  finishJobId,
  type JobOrigin,
  keyPrefix,
  originOfJob,
  privateQueueNames,
  type QueueNames,
  sharedQueueNames,
} from './names.ts'
export { countUntaken, type Envelope, publishEnvelopes } from './publish-envelopes.ts'
export {
  orderWorkers,
  readWorkers,
  registerPrefix,
  registerWorker,
  unregisterWorker,
  type WorkerOrder,
  type WorkerRecord,
} from './registry.ts'
export { removeAttempts, removePrivateQueues, removeRunJobs } from './remove-run-jobs.ts'
export { connectQueues, openRunQueue, type QueueConnection, type RunQueue, removeRunQueue } from './run-queue.ts'
export { putSendingMark, readSendingMark, readServerRun } from './sending-mark.ts'
export { forgetSnapshotHint, hintSnapshot, readSnapshotHint } from './snapshot-hint.ts'
