export { explainWaiting } from './explain-waiting.ts'
export type { WaitingReason } from './waiting-reasons.ts'
