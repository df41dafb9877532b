export type { Charge } from './charge.ts'
export { startOverseer } from './start-overseer.ts'
export { writeReport } from './write-report.ts'
