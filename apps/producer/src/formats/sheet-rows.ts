import type { Column, CsvRecord } from '@querypool/shared/result'
import { shownValue, valueNotInFormat } from './not-in-format.ts'
import { cellMaker, textCell } from './sheet-cell.ts'
import { cellStyles, sheetHead } from './workbook-parts.ts'

const maxCellCharacters = 32_767
const widestHeading = 40

// Too narrow a cell shows a date as ####.
const widths: readonly (readonly [type: RegExp, characters: number])[] = [
  [/^date$/, 12],
  [/^timestamp/, 24],
  [/^time/, 16],
  [/./, 10],
]

// The first row stays in view.
const views = `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`

/**
 * The XML of a sheet, piece by piece.
 * @throws QP_NOT_IN_FORMAT when a text is longer than a cell may be
 */
export async function* sheetRows(
  rows: AsyncIterable<readonly CsvRecord[]>,
  columns: readonly Column[],
): AsyncGenerator<string> {
  const letters = columns.map((_, at) => lettersOf(at))
  const makers = columns.map(cellMaker)
  const header = columns.map(({ name }, at) =>
    textCell(`${letters[at]}1`, name).replace('<c ', `<c s="${cellStyles.header}" `),
  )
  yield `${sheetHead}${views}${widthsOf(columns)}<sheetData><row r="1">${header.join('')}</row>`
  let row = 0
  const cellOf = (text: string | null, at: number): string => {
    if (text === null) return ''
    if (text.length > maxCellCharacters) throw tooLong(columns[at] as Column, row, text)
    return makers[at]?.(`${letters[at]}${row + 1}`, text) ?? ''
  }
  for await (const records of rows) {
    let piece = ''
    for (const record of records) {
      row++
      piece += `<row r="${row + 1}">${columns.map((_, at) => cellOf(record[at] ?? null, at)).join('')}</row>`
    }
    if (piece !== '') yield piece
  }
  yield '</sheetData></worksheet>'
}

function tooLong(column: Column, row: number, text: string): Error {
  const why = `${text.length} characters are more than the ${maxCellCharacters} of a cell: ${shownValue(text)}`
  return valueNotInFormat('xlsx', column, row, why)
}

function widthsOf(columns: readonly Column[]): string {
  if (columns.length === 0) return ''
  const width = ({ name, type }: Column): number =>
    Math.max(Math.min(name.length + 2, widestHeading), widths.find(([ofType]) => ofType.test(type))?.[1] ?? 0)
  const all = columns.map(
    (column, at) => `<col min="${at + 1}" max="${at + 1}" width="${width(column)}" customWidth="1"/>`,
  )
  return `<cols>${all.join('')}</cols>`
}

/** The name of a column of a sheet: A to Z, then AA and so on. `at` counts from 0. */
function lettersOf(at: number): string {
  const last = String.fromCharCode(65 + (at % 26))
  return at < 26 ? last : lettersOf(Math.floor(at / 26) - 1) + last
}
