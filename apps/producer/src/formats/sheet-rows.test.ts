import type { CsvRecord } from '@querypool/shared/result'
import { expect, test } from 'vitest'
import { sheetRows } from './sheet-rows.ts'

async function sheetOf(types: readonly string[], ...records: CsvRecord[]): Promise<string> {
  const columns = types.map((type, at) => ({ name: `c${at}`, type }))
  const pieces: string[] = []
  for await (const piece of sheetRows(rowsOf(records), columns)) pieces.push(piece)
  return pieces.join('')
}

async function* rowsOf(records: CsvRecord[]): AsyncGenerator<CsvRecord[]> {
  yield records
}

test('NULL has no cell, and the empty string one with an empty text', async () => {
  const sheet = await sheetOf(['text', 'text'], [null, ''])
  expect(sheet).toContain('<row r="2"><c r="B2" t="inlineStr"><is><t xml:space="preserve"></t></is></c></row>')
})

test('the header stays in view', async () => {
  expect(await sheetOf(['text'])).toMatch(/<pane ySplit="1" topLeftCell="A2" [^>]*state="frozen"\/>/)
})

test('cells of a wide row are named as sheets name them', async () => {
  const sheet = await sheetOf(Array(1664).fill('integer'), Array(1664).fill('7'))
  for (const name of ['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA', 'BKZ'])
    expect(sheet).toContain(`<c r="${name}2"><v>7</v>`)
})

test('a date has a column that is wide enough for it', async () => {
  expect(await sheetOf(['timestamp(3) with time zone'])).toContain('<col min="1" max="1" width="24" customWidth="1"/>')
})

test('a character that XML does not have, and what looks like one that was escaped, are escaped', async () => {
  const sheet = await sheetOf(['text'], ['a\u0000b\r\n<&>_x000D_'])
  expect(sheet).toContain('>a_x0000_b_x000D_\n&lt;&amp;&gt;_x005F_x000D_</t>')
})
