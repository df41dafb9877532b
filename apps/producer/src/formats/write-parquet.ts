import { QueryPoolError } from '@querypool/shared/errors'
import type { Column, CsvRecord } from '@querypool/shared/result'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { nameJsonColumns } from './parquet-column.ts'
import { RowGroup } from './row-group.ts'

/**
 * Rows as a Parquet file, row group by row group. What becomes of which type: docs/formats.md.
 * @throws QP_NOT_IN_FORMAT when a value has no place in the type of its column
 */
export async function* writeParquet(
  rows: AsyncIterable<readonly CsvRecord[]>,
  columns: readonly Column[],
): AsyncGenerator<Uint8Array> {
  if (columns.length === 0)
    throw new QueryPoolError('QP_NOT_IN_FORMAT', 'The result has no columns, and Parquet needs one.')
  const group = new RowGroup(columns)
  const bytes = new ByteWriter()
  const file = new ParquetWriter({ writer: bytes, schema: group.schema, createdBy: 'querypool' })
  for await (const records of rows)
    for (const record of records) {
      group.add(record)
      if (!group.isFull()) continue
      file.write(group.take())
      yield takeBytes(bytes)
    }
  if (group.hasRows()) file.write(group.take())
  file.schema = nameJsonColumns(file.schema)
  file.finish()
  yield takeBytes(bytes)
}

/** What was written since the last time. Its memory is not used again, for whoever takes it may write it later. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const taken = writer.getBytes().slice()
  writer.index = 0
  return taken
}
