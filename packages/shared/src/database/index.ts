export { type Admission, admissionSql, countHeldSlots, type DatabaseLimit, readAdmission } from './admission.ts'
export { type Backend, cancelBackends, findBackends, terminateBackends } from './backends.ts'
export { explainCosts, mostExplained } from './explain-costs.ts'
export { applicationName, type FenceKey, fenceKey } from './fence.ts'
export { type ConnectionRoom, type DatabaseFacts, inspectDatabase } from './inspect-database.ts'
export type { Powers } from './powers.ts'
export {
  causeOf,
  checkReachable,
  connectionOptions,
  connectTimeoutMs,
  describeServer,
  openTargetPool,
  type ServerAddress,
} from './target.ts'
