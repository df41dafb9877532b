import { z } from 'zod'

const column = z.object({
  name: z.string(),
  /** The type as PostgreSQL's format_type writes it, such as `numeric(12,2)`. */
  type: z.string(),
})

const failure = z.object({
  code: z.string(),
  message: z.string(),
  sqlState: z.string().nullable(),
  /** Where in the query's own SQL: a UTF-16 offset, or null. */
  offset: z.number().int().nullable(),
  /** DETAIL and HINT may quote rows, so they stay in the store and never reach Redis or the journal. */
  detail: z.string().nullable(),
  hint: z.string().nullable(),
})

const outcome = z.object({
  position: z.number().int(),
  name: z.string(),
  /** `givenBack`: the attempt ended without a verdict on the query, which is to be tried again. */
  state: z.enum(['succeeded', 'failed', 'givenBack']),
  startedAt: z.string(),
  finishedAt: z.string(),
  rows: z.number().int(),
  /** Where its rows begin in their file, and how many bytes they are, the header line included. */
  offset: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string(),
  columns: z.array(column),
  /** Where a reader can begin: how many rows, and how many bytes of them, come before. See `row-marks.ts`. */
  marks: z.array(z.tuple([z.number().int(), z.number().int()])).optional(),
  failure: failure.nullable(),
  /** The key of the file that its rows are in; absent: `rows.csv` of the attempt. */
  artifact: z.string().optional(),
})

const manifest = z.object({
  version: z.literal(1),
  run: z.string(),
  generation: z.number().int(),
  job: z.number().int(),
  attempt: z.number().int(),
  /** Empty: an overseer has closed the attempt. */
  worker: z.string(),
  outcomes: z.array(outcome),
})

/** A column of a result. */
export type Column = z.infer<typeof column>
/** Why a query failed, or was given back. */
export type Failure = z.infer<typeof failure>
/** What one query came to in one attempt. */
export type Outcome = z.infer<typeof outcome>
/** What an attempt left: one file beside its rows. That it is there means that the attempt's rows are whole and durable. */
export type Manifest = z.infer<typeof manifest>

/**
 * Reads a manifest's text.
 * @throws ZodError or SyntaxError when it is not one
 */
export function parseManifest(text: string): Manifest {
  return checkManifest(JSON.parse(text))
}

/** Takes a value that is to be a manifest for one. @throws ZodError when it is not */
export function checkManifest(value: unknown): Manifest {
  return manifest.parse(value)
}
