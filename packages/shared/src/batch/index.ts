export type {
  Argument,
  Batch,
  BoundQuery,
  Effect,
  IdenticalMode,
  OnFailure,
  ParameterDeclaration,
  ParameterSlot,
  Query,
  SnapshotMode,
  SqlOrigin,
} from './batch.ts'
export { Binding, bindArguments } from './bind-arguments.ts'
export { clockWarnings } from './clock-warnings.ts'
export { defineInTurn, defineQueries } from './define-queries.ts'
export { isIdentifier } from './identifier.ts'
export { identityOf } from './identity-of.ts'
export { maxDurationMs, mostParallel } from './option-limits.ts'
export { parseBatch, parseBatchParts } from './parse-batch.ts'
export { refusePublishName } from './publish-name.ts'
export type { ParameterValue, PlainValue, QueryDefinition, TypedValue } from './query-definition.ts'
export { readBatchFile, readBatchParts, readScheduledBatch } from './read-batch-file.ts'
export { Selection, selectQueries } from './select-queries.ts'
export { refuseCacheInSnapshot } from './snapshot-cache.ts'
export { refuseWritesInSnapshot } from './snapshot-writes.ts'
export { batchJsonSchema } from './yaml/batch-json-schema.ts'
