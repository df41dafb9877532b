export { cancelAbandoned } from './cancel-abandoned.ts'
export { claimJobs, type OpenJob, type QueryToRun, readOpenJobs } from './claim-jobs.ts'
export { countRuns, countSettled } from './count-runs.ts'
export { changeDatabase, type DatabaseSettings, readDatabaseSettings } from './database-settings.ts'
export { finishRun } from './finish-run.ts'
export { claimInstallationStore, readInstallationStore } from './installation-store.ts'
export { type Journal, openJournal } from './journal.ts'
export { type Listener, listenToRuns, tellOfRuns } from './listen.ts'
export { noteRunning, type RunningNote } from './note-running.ts'
export { openGeneration } from './open-generation.ts'
export { hasOverseer, takeOverseerLock } from './overseer-lock.ts'
export { announceOverseer, countOverseers } from './presence.ts'
export {
  markSent,
  nextSending,
  type Publication,
  readOutbox,
  readUnsent,
  unmarkSent,
} from './publications.ts'
export { type Generation, readGenerations } from './read-generations.ts'
export { type JobState, readJob } from './read-job.ts'
export { type QueryText, type QueryView, readQueries, readQueryText } from './read-queries.ts'
export { type ResultRecord, readResultRecords } from './read-result-records.ts'
export { type RunFilter, type RunView, readRun, readRuns } from './read-run.ts'
export { readWaiting, type WaitingCounts } from './read-waiting.ts'
export { type RunEvent, readEvents, recordEvent, recordEventSeldom } from './record-event.ts'
export {
  deleteJobs,
  deleteQueries,
  deleteRun,
  markRemovable,
  type RemovingRun,
  readLastAttempts,
  readRemoving,
  readWhichAreOver,
} from './remove-run.ts'
export { requestCancel } from './request-cancel.ts'
export { type QueryError, type Settled, type Settlement, settleAttempt, type Verdict } from './settle-attempt.ts'
export { type Submission, submitRun } from './submit-run.ts'
export { type Sweep, sweepAlone } from './sweep.ts'
export { nextDispatch, type UnfinishedRun, unfinishedRuns } from './unfinished-runs.ts'
