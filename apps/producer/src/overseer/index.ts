export { cancelRun } from './cancel-run.ts'
export type { Charge } from './charge.ts'
export { type Overseer, type OverseerTiming, startOverseer } from './start-overseer.ts'
