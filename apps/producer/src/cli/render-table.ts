import Table from 'cli-table3'
import pc from 'picocolors'

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** A column of a table: its title, and how its cells are aligned (left unless said). */
export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** A compact table without borders. Control characters in cells are shown as spaces. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => pc.bold(title)),
    chars: noBorders,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names come from files, and a terminal obeys what it is sent
  table.push(...rows.map((row) => row.map((cell) => cell.replaceAll(/[\x00-\x1a\x1c-\x1f\x7f]/g, ' '))))
  return table.toString().replaceAll(/ +$/gm, '')
}
