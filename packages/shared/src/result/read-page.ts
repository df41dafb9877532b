import { QueryPoolError } from '../errors/index.ts'
import { readOutcome, type StoredRows } from './read-artifact.ts'
import type { ResultStore } from './result-store.ts'
import { markBefore, type RowMark } from './row-marks.ts'
import { takeLines } from './take-lines.ts'

/** Some rows of a result: how many are passed over, and how many come then. */
export interface Page {
  readonly offset: number
  readonly limit: number
}

/**
 * Some of a query's rows, CSV with the header line. What comes before them is not read, but for up to the MiB, or of a large
 * result the thousandth part of it, behind the nearest mark. Damage is not noticed: only all rows together have a checksum.
 * @throws QP_NO_RESULT when the query did not succeed, QP_RESULT_DAMAGED when its manifest is missing, what the store throws
 */
export async function* readPage(store: ResultStore, query: StoredRows, page: Page): AsyncGenerator<Uint8Array> {
  const { artifact, bytes } = query
  if (query.state !== 'succeeded' || artifact === null || bytes === null)
    throw new QueryPoolError('QP_NO_RESULT', `The query ${query.name} has no result: it is ${query.state}.`)
  const { marks = [] } = await readOutcome(store, query)
  const read = (from: number, to: number): AsyncIterable<Uint8Array> =>
    store.read(artifact, (query.offset ?? 0) + from, to - from)
  const mark = markBefore(marks, page.offset)
  // Without marks the header line is just a line before the rows.
  const [rows, begin]: RowMark = mark ?? [-1, 0]
  yield* takeLines(read(0, marks[0]?.[1] ?? bytes), 0, 1)
  yield* takeLines(read(begin, bytes), page.offset - rows, page.limit)
}
