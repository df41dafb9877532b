export type { Charge, Charges } from './charge.ts'
export { publishAllOf } from './publish-results.ts'
export { type Overseer, startOverseer } from './start-overseer.ts'
export { writeReport } from './write-report.ts'
