export {
  type AttemptId,
  attemptKey,
  manifestKey,
  rowsKey,
  runManifestKey,
  runReportKey,
  writtenRowsKey,
} from './attempt-key.ts'
export { checkWritable, refuseReplacing } from './check-writable.ts'
export { isStoreOf, listRunFolders, noteInstallation } from './clean-store.ts'
export { closeAttempt, isClosed } from './close-attempt.ts'
export { type CsvRecord, csvRecords, uniqueNames } from './csv-records.ts'
export { type Column, checkManifest, type Failure, type Manifest, type Outcome, parseManifest } from './manifest.ts'
export { openExistingStore, openStore, storeLocation } from './open-store.ts'
export { readArtifact, readColumns, type StoredRows } from './read-artifact.ts'
export { readManifest } from './read-manifest.ts'
export { type Page, readPage } from './read-page.ts'
export { removeParts, removePartsOfGeneration } from './remove-parts.ts'
export type { ResultStore, Upload } from './result-store.ts'
export { RowMarks } from './row-marks.ts'
export { isS3Url, parseS3Url } from './s3-url.ts'
