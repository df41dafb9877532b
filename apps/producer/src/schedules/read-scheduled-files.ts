import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { type Batch, clockWarnings, readScheduledBatch } from '@querypool/shared/batch'
import type { Config } from '@querypool/shared/config'
import { type Fault, InvalidDefinition, QueryPoolError } from '@querypool/shared/errors'
import { bindSlot, type ScheduledFile } from '@querypool/shared/journal'
import { didYouMean } from '@querypool/shared/suggestion'

/** The scheduled batches of a folder. */
export interface ScheduledFiles {
  readonly files: readonly ScheduledFile[]
  /** What is not wrong, but likely not meant. */
  readonly warnings: readonly Fault[]
}

/**
 * Reads all batch files in YAML of a folder and of those below it, without what begins with a dot, and without
 * querypool.yaml. Files without a schedule are checked and left out.
 * @throws InvalidDefinition with everything that is wrong with any of them; QP_FILE_NOT_FOUND
 */
export async function readScheduledFiles(folder: string, config: Config): Promise<ScheduledFiles> {
  const faults: Fault[] = []
  const files: ScheduledFile[] = []
  const warnings: Fault[] = []
  for (const path of await listFiles(folder, config)) {
    const read = await readScheduledBatch(path).catch((thrown: unknown) => {
      if (!(thrown instanceof InvalidDefinition)) throw thrown
      faults.push(...thrown.faults)
      return null
    })
    if (read === null || read.batch.schedule === null) continue
    const { batch, source } = read
    faults.push(...faultsOf(batch, files, config))
    warnings.push(...(await clockWarnings(batch)))
    files.push(asScheduledFile(batch, source, relative(folder, path).split(sep).join('/')))
  }
  const [first, ...rest] = faults
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  return { files, warnings }
}

async function listFiles(folder: string, config: Config): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new QueryPoolError('QP_FILE_NOT_FOUND', `The folder ${folder} cannot be read.`, { cause })
  })
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((part) => part.startsWith('.') || part === 'node_modules'),
    )
    .filter((path) => resolve(path) !== config.file)
    .sort()
}

/** What is wrong with a scheduled batch besides what is wrong with any batch. */
function faultsOf(batch: Batch, before: readonly ScheduledFile[], config: Config): Fault[] {
  const { name, file, database, queries } = batch
  const place = { file }
  const faults: Fault[] = []
  const twin = before.find((other) => other.name.toLowerCase() === name.toLowerCase())
  if (twin !== undefined)
    faults.push({ code: 'QP_SCHEDULE_TWICE', message: `The batch is named ${name}, like that of ${twin.file}.`, place })
  if (database === null)
    faults.push({ code: 'QP_SCHEDULE_DATABASE', message: `The batch ${name} does not say its database.`, place })
  else if (!config.databases.has(database)) {
    const known = [...config.databases.keys()]
    const message = `The configuration has no database ${database}, on which ${name} is to run.${didYouMean(database, known)}`
    faults.push({ code: 'QP_SCHEDULE_DATABASE', message, place })
  }
  const { maxQueries } = config.limits
  if (queries.length > maxQueries)
    faults.push({
      code: 'QP_TOO_MANY_QUERIES',
      message: `The batch ${name} has more than ${maxQueries} queries; a run may have ${maxQueries}.`,
      place,
    })
  return [...faults, ...missingValues(batch)]
}

/** Nobody is there to give values to the runs of a schedule. */
function missingValues(batch: Batch): readonly Fault[] {
  try {
    bindSlot(batch, { at: new Date(), intervalStart: new Date() })
    return []
  } catch (thrown) {
    if (!(thrown instanceof InvalidDefinition)) throw thrown
    const remedy = 'Give it a default: a scheduled run has the values of its slot, and defaults.'
    return thrown.faults.map((fault) => (fault.code === 'QP_PARAM_MISSING' ? { ...fault, remedy } : fault))
  }
}

function asScheduledFile(batch: Batch, source: string, file: string): ScheduledFile {
  const sql = batch.queries.map((query) => query.sql)
  const hash = createHash('sha256')
    .update(JSON.stringify([source, sql]))
    .digest('hex')
  return {
    name: batch.name,
    file,
    hash,
    source,
    definition: batch.schedule as NonNullable<Batch['schedule']>,
    batch: { ...batch, file },
  }
}
