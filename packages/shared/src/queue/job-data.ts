import { z } from 'zod'
import { QueryPoolError } from '../errors/index.ts'
import type { QueryToRun } from '../journal/index.ts'

/** The version of all job data. A worker refuses what is of another. */
export const jobDataVersion = 1
/** That of queries which must see a shared snapshot: a program from before there were any must not run them. */
export const snapshotJobVersion = 2

const attempt = { run: z.string(), generation: z.number().int(), job: z.number().int(), attempt: z.number().int() }

// What a query does not say is left out: a job may have hundreds of short ones.
const queryToRun = z.object({
  position: z.number().int(),
  name: z.string(),
  sql: z.string(),
  slots: z.array(z.object({ start: z.number().int(), end: z.number().int(), name: z.string() })).default([]),
  arguments: z.array(z.object({ name: z.string(), type: z.string(), value: z.string().nullable() })).default([]),
  effect: z.enum(['read', 'write']).default('read'),
  timeoutMs: z.number().int().nullable().default(null),
  maxRows: z.number().int().nullable().default(null),
  maxBytes: z.number().int().nullable().default(null),
})

/** The queries of an attempt, as a worker reads them: from the job, or from the store where they are long. */
export const queriesToRun = z.array(queryToRun)

/** A query as a job carries it. */
export type CarriedQuery = z.input<typeof queryToRun>

/** What a job has to say of a query. */
export function carriedQuery(query: QueryToRun): CarriedQuery {
  const { position, name, sql, slots, arguments: values, effect, timeoutMs, maxRows, maxBytes } = query
  return {
    position,
    name,
    sql,
    ...(slots.length > 0 && { slots: [...slots] }),
    ...(values.length > 0 && { arguments: [...values] }),
    ...(effect === 'write' && { effect }),
    ...(timeoutMs !== null && { timeoutMs }),
    ...(maxRows !== null && { maxRows }),
    ...(maxBytes !== null && { maxBytes }),
  }
}

const runQueries = z.object({
  version: z.union([z.literal(jobDataVersion), z.literal(snapshotJobVersion)]),
  installation: z.string(),
  ...attempt,
  storeId: z.string(),
  /** Whether the queries must see the snapshot that their generation shares. */
  sharedSnapshot: z.boolean().default(false),
  /** The queries themselves; null: they are long and lie in the store beside the attempt's artifact. */
  queries: queriesToRun.nullable(),
})

const collectResults = z.object({ version: z.literal(jobDataVersion), database: z.string().nullable(), ...attempt })
const ofRun = z.object({
  version: z.literal(jobDataVersion),
  database: z.string().nullable(),
  run: z.string(),
  // Jobs from before there were generations have none.
  generation: z.number().int().default(1),
})

/** What a run-queries job carries, as it is read. */
export type RunQueriesData = z.infer<typeof runQueries>
/** The same as it is written. */
export type WrittenRunQueries = z.input<typeof runQueries>
/** What a collect-results job carries: which attempt has ended, and on which database (null: that of a private run). */
export type CollectResultsData = z.infer<typeof collectResults>
/** What finish-run and dispatch-run carry: the run with its generation, and its database (null: that of a private run). */
export type OfRunData = z.infer<typeof ofRun>

/** @throws QP_JOB_UNKNOWN_VERSION */
export function readRunQueriesData(data: unknown): RunQueriesData {
  return understand(runQueries, data)
}

/** @throws QP_JOB_UNKNOWN_VERSION */
export function readCollectResultsData(data: unknown): CollectResultsData {
  return understand(collectResults, data)
}

/** @throws QP_JOB_UNKNOWN_VERSION */
export function readOfRunData(data: unknown): OfRunData {
  return understand(ofRun, data)
}

function understand<T>(schema: z.ZodType<T>, data: unknown): T {
  const read = schema.safeParse(data)
  if (read.success) return read.data
  throw new QueryPoolError(
    'QP_JOB_UNKNOWN_VERSION',
    'The data of the job are not of a version that this program knows.',
  )
}
