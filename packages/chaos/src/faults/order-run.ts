import { chosen, type Strike } from './fault.ts'

/** Somebody cancels one of the runs, from the command line. */
export const cancelRun: Strike = async ({ stage, submissions }, blow) => {
  const submission = chosen(submissions, blow)
  if (submission === undefined) return
  submission.isCancelAsked = true
  stage.timeline.note(blow.fault, submission.batch.key)
  // Whether the command succeeds, and whether it came too late, is seen by what becomes of the run.
  await stage.command('cancel', submission.batch.key).ended
}

/** Somebody retries one of the runs, if it is over and not all of it has succeeded; else the command says so. */
export const retryRun: Strike = async ({ stage, submissions }, blow) => {
  const submission = chosen(submissions, blow)
  if (submission === undefined) return
  stage.timeline.note(blow.fault, submission.batch.key)
  await stage.command('retry', submission.batch.key, '--detach').ended
}
