export { chooseDatabase } from './choose-database.ts'
export { startPrivateRun } from './start-private-run.ts'
export type { Wanted, WantedPrivately } from './submission.ts'
export { submitSharedRun } from './submit-shared-run.ts'
