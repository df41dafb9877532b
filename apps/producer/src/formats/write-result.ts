import type { QueryView } from '@querypool/shared/journal'
import type { Page, ResultStore } from '@querypool/shared/result'
import type { Format } from './format.ts'

/**
 * The rows of a query in a format, piece by piece. What a format needs is loaded when somebody asks for it.
 * @param page only these rows; null: all
 * @throws QP_RESULT_DAMAGED, QP_NOT_IN_FORMAT when the format cannot hold the rows
 */
export async function writeResult(
  store: ResultStore,
  query: QueryView,
  format: Format,
  page: Page | null,
): Promise<AsyncIterable<string | Uint8Array>> {
  const { csvRecords, readArtifact, readColumns, readPage } = await import('@querypool/shared/result')
  const csv = page ? readPage(store, query, page) : readArtifact(store, query)
  if (format === 'csv') return csv
  const columns = await readColumns(store, query)
  const rows = csvRecords(csv)
  switch (format) {
    case 'json':
      return (await import('./write-json.ts')).writeJson(rows, columns)
    case 'ndjson':
      return (await import('./write-json.ts')).writeNdjson(rows, columns)
    case 'xlsx':
      return (await import('./write-xlsx.ts')).writeXlsx(rows, columns, countOf(query, page))
    case 'parquet':
      return (await import('./write-parquet.ts')).writeParquet(rows, columns)
  }
}

function countOf({ rows }: QueryView, page: Page | null): number {
  const all = rows ?? 0
  return page ? Math.max(0, Math.min(page.limit, all - page.offset)) : all
}
