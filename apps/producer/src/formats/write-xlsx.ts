import { Readable } from 'node:stream'
import { QueryPoolError } from '@querypool/shared/errors'
import type { Column, CsvRecord } from '@querypool/shared/result'
import { ZipFile } from 'yazl'
import { sheetRows } from './sheet-rows.ts'
import { sheetPath, workbookParts } from './workbook-parts.ts'

const maxSheetRows = 1_048_576

/**
 * Rows as an Excel workbook with one sheet, below a header row that stays in view. What becomes of which type:
 * docs/formats.md.
 * @param rowCount how many rows there are
 * @throws QP_NOT_IN_FORMAT when a sheet has no room for so many rows, or a cell none for a text
 */
export async function* writeXlsx(
  rows: AsyncIterable<readonly CsvRecord[]>,
  columns: readonly Column[],
  rowCount: number,
): AsyncGenerator<Uint8Array> {
  if (rowCount >= maxSheetRows)
    throw new QueryPoolError(
      'QP_NOT_IN_FORMAT',
      `The result has ${rowCount} rows, and a sheet of Excel has room for ${maxSheetRows - 1} below the header.`,
    )
  const zip = new ZipFile()
  const output = zip.outputStream as Readable
  for (const [path, text] of Object.entries(workbookParts)) zip.addBuffer(Buffer.from(text), path)
  const sheet = Readable.from(sheetRows(rows, columns))
  // The zip file does not look for errors of what goes into it.
  sheet.on('error', (error) => output.destroy(error))
  zip.addReadStream(sheet, sheetPath)
  zip.end()
  try {
    yield* output
  } finally {
    sheet.destroy()
  }
}
