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
export { checkSnapshotServer } from './check-snapshot-server.ts'
export { explainCosts, mostExplained } from './explain-costs.ts'
export { applicationName, type FenceKey, fenceKey, runOfBackend } from './fence.ts'
export { type ConnectionRoom, type DatabaseFacts, inspectDatabase } from './inspect-database.ts'
export type { Powers } from './powers.ts'
export {
  beginInSnapshot,
  beginNewSnapshot,
  type HeldSnapshot,
  holdSnapshot,
  readServer,
  type TakenSnapshot,
} from './snapshot.ts'
export { endHolders, findHolders, type SnapshotHolder, snapshotPlaces } from './snapshot-holders.ts'
export {
  causeOf,
  checkReachable,
  connectionOptions,
  connectTimeoutMs,
  describeServer,
  keepAlive,
  openTargetPool,
  type ServerAddress,
  sessionOf,
} from './target.ts'
