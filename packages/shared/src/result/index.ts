export {
  type AttemptId,
  attemptKey,
  manifestKey,
  rowsKey,
  runManifestKey,
  runReportKey,
  writtenRowsKey,
} from './attempt-key.ts'
export {
  isStoreOf,
  listRunFolders,
  noteInstallation,
  readFolderTime,
  removeOldParts,
  removeRunFolder,
} from './clean-store.ts'
export { closeAttempt, isClosed } from './close-attempt.ts'
export { type CsvRecord, csvRecords, uniqueNames } from './csv-records.ts'
export { openFolderStore, type ResultStore, type Upload } from './folder-store.ts'
export { type Column, checkManifest, type Failure, type Manifest, type Outcome, parseManifest } from './manifest.ts'
export { readArtifact, readColumns, type StoredRows } from './read-artifact.ts'
export { readManifest } from './read-manifest.ts'
export { removeParts } from './remove-parts.ts'
