export {
  type Admission,
  admissionSql,
  countHeldSlots,
  type DatabaseLimit,
  readAdmission,
  slotKey,
} from './admission.ts'
export {
  type Backend,
  cancelBackends,
  type FenceHolder,
  findBackends,
  findFenceHolders,
  terminateBackends,
} from './backends.ts'
export { applicationName, type FenceKey, fenceKey, runOfBackend } from './fence.ts'
export { type ConnectionRoom, type DatabaseFacts, inspectDatabase } from './inspect-database.ts'
export type { Powers } from './powers.ts'
export {
  causeOf,
  checkReachable,
  connectionOptions,
  connectTimeoutMs,
  describeServer,
  keepAlive,
  openTargetPool,
  type ServerAddress,
} from './target.ts'
