export { claimJobs, type OpenJob, type QueryToRun, readOpenJobs } from './claim-jobs.ts'
export { countRuns, countSettled, readSnapshotAges } from './count-runs.ts'
export { countShared } from './count-shared.ts'
export { changeDatabase, type DatabaseSettings, readDatabaseSettings } from './database-settings.ts'
export { endMoreUnclaimed, endUnclaimedAgain } from './end-unclaimed.ts'
export { confirmEnd, endUnconfirmed } from './end-unconfirmed.ts'
export { endWaiting } from './end-waiting.ts'
export { type EndedQuery, type Ending, endedBy } from './ending.ts'
export { failRun } from './fail-run.ts'
export { finishRun } from './finish-run.ts'
export { followRun } from './follow-run.ts'
export { isInputOpen, readLostInputs } from './input-lock.ts'
export { queriesPerChunk } from './insert-queries.ts'
export { inspectJournal, type JournalFacts } from './inspect-journal.ts'
export { claimInstallationStore, readInstallationStore } from './installation-store.ts'
export { isAbandoned } from './is-abandoned.ts'
export { isOutage } from './is-outage.ts'
export { type Journal, openJournal } from './journal.ts'
export { type Listener, listenToRuns, tellOfRuns } from './listen.ts'
export { loseInput } from './lose-input.ts'
export { loseSnapshot } from './lose-snapshot.ts'
export { type NamedJob, type NamedRun, nameJobs, nameRuns } from './name-jobs.ts'
export { noteCosts, readUnknown, type UnknownQuery } from './note-costs.ts'
export { noteRunning, type RunningNote } from './note-running.ts'
export {
  type ClaimedNotification,
  claimNotifications,
  hasUntried,
  type NotificationView,
  readNotifications,
  settleDelivered,
  settleUndelivered,
} from './notifications.ts'
export { notifyOfDeadline } from './notify-of-deadline.ts'
export { openGeneration } from './open-generation.ts'
export { openInput, type RunInput } from './open-input.ts'
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
export { readEstimates, readLastDatabase } from './read-durations.ts'
export { type FeedItem, readFeed } from './read-feed.ts'
export { type FencedJob, readFenced, readRecentRuns } from './read-fenced.ts'
export { type Generation, readGenerations } from './read-generations.ts'
export { type JobState, readJob } from './read-job.ts'
export { findRunByKey, type RunPulse, readPulse } from './read-pulse.ts'
export {
  type QueryText,
  type QueryView,
  readNotable,
  readQueries,
  readQueriesPart,
  readQueryPages,
  readQueryText,
} from './read-queries.ts'
export { readRest } from './read-rest.ts'
export { type ResultRecord, readResultLines, readResultRecords } from './read-result-records.ts'
export { type RunFilter, type RunView, readRun, readRuns } from './read-run.ts'
export { readWaiting, type WaitingCounts } from './read-waiting.ts'
export { readWanted, type WantedOfRun } from './read-wanted.ts'
export { readWritesLeft, type WriteLeft } from './read-writes-left.ts'
export { type RunEvent, readEvents, recordEvent, recordEventOnce, recordEventSeldom } from './record-event.ts'
export { forgetHolders, registerHolder } from './register-holder.ts'
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
export { bindSlot } from './schedules/bind-slot.ts'
export { cancelBackfill } from './schedules/cancel-backfill.ts'
export { createBackfill, type NewBackfill, type WantedBackfill } from './schedules/create-backfill.ts'
export { pauseSchedule, resumeSchedule } from './schedules/pause-schedule.ts'
export { type BackfillView, readBackfill, readBackfills } from './schedules/read-backfills.ts'
export { readSchedules, type ScheduleView } from './schedules/read-schedules.ts'
export { readSlotOfRun, readSlots, readSource, type SlotView } from './schedules/read-slots.ts'
export type { RunMeans } from './schedules/start-slot.ts'
export { readInstalled, type ScheduledFile, syncSchedules } from './schedules/sync-schedules.ts'
export { tickSchedules } from './schedules/tick-schedules.ts'
export { type TriggeredSlot, triggerSlot } from './schedules/trigger-slot.ts'
export { type QueryError, type Settled, type Settlement, settleAttempt, type Verdict } from './settle-attempt.ts'
export { type AskingQuery, readAsking, shareResults } from './share-results.ts'
export type { SharedFrom } from './shared-from.ts'
export type { SnapshotView } from './snapshot-view.ts'
export { type Submission, submitRun } from './submit-run.ts'
export { type Sweep, sweepAlone } from './sweep.ts'
export {
  type EndingRun,
  endingRuns,
  nextDispatch,
  readOpenAttempts,
  type UnfinishedRun,
  unfinishedPrivateRuns,
  unfinishedRuns,
} from './unfinished-runs.ts'
export {
  isSnapshotWanted,
  markReleased,
  readLastJob,
  readUnreleased,
  type UnreleasedSnapshot,
} from './unreleased-snapshots.ts'
