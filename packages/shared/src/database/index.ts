export { type Backend, cancelBackends, findBackends, terminateBackends } from './backends.ts'
export { applicationName, type FenceKey, fenceKey } from './fence.ts'
export { causeOf, checkReachable, connectTimeoutMs, describeServer, openTargetPool } from './target.ts'
