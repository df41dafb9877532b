import type { Column } from '@querypool/shared/result'
import { readDate, readInstant, readTime } from './calendar.ts'
import { escapeText } from './sheet-text.ts'
import { cellStyles } from './workbook-parts.ts'

/** A cell of a sheet as XML, from PostgreSQL's text; `reference` is its place, such as `B7`. */
type CellMaker = (reference: string, text: string) => string

// https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
const mostDigits = 15
const smallestNumber = 2.2251e-308
const largestNumber = 9.99999999999999e307

// Days are counted from 1899-12-30. Before 1900-03-01 programs disagree: Excel thinks that 1900 was a leap year.
const epochDay = 25_569
const firstDay = 61
const lastDay = 2_958_465
const microsecondsOfDay = 86_400_000_000

/** What makes the cells of a column. What a sheet has no type for, or no place, is text as PostgreSQL writes it. */
export function cellMaker({ type }: Column): CellMaker {
  return byType[type.replace(/\([\d,-]+\)/, '')] ?? textCell
}

/** A cell with a text. */
export function textCell(reference: string, text: string): string {
  return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escapeText(text)}</t></is></c>`
}

const byType: Readonly<Record<string, CellMaker | undefined>> = {
  boolean: (reference, text) => `<c r="${reference}" t="b"><v>${text === 't' || text === 'true' ? 1 : 0}</v></c>`,
  smallint: numberCell,
  integer: numberCell,
  bigint: exactNumberCell,
  oid: exactNumberCell,
  numeric: exactNumberCell,
  real: numberCell,
  'double precision': numberCell,
  date: (reference, text) => {
    const days = readDate(text)
    return days === null ? textCell(reference, text) : dayCell(reference, text, days + epochDay, cellStyles.date)
  },
  'time without time zone': (reference, text) => {
    const microseconds = readTime(text)
    if (microseconds === null || microseconds >= microsecondsOfDay) return textCell(reference, text)
    const style = hasFraction(text) ? cellStyles.timeWithMs : cellStyles.time
    return styledCell(reference, notEarly(microseconds / microsecondsOfDay), style)
  },
  'timestamp without time zone': instantCell,
  'timestamp with time zone': instantCell,
}

/** A number that programs keep as a double: of a real or double precision it is the value itself. */
function numberCell(reference: string, text: string): string {
  const size = Math.abs(Number(text))
  const hasPlace = size === 0 || (size >= smallestNumber && size <= largestNumber)
  return hasPlace ? `<c r="${reference}"><v>${text}</v></c>` : textCell(reference, text)
}

/** A number whose digits all count: one with more than programs keep is text. */
function exactNumberCell(reference: string, text: string): string {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')
  return digits.length <= mostDigits ? numberCell(reference, text) : textCell(reference, text)
}

function instantCell(reference: string, text: string): string {
  const instant = readInstant(text)
  if (instant === null) return textCell(reference, text)
  const microseconds = BigInt(microsecondsOfDay)
  const days = instant / microseconds - (instant % microseconds < 0n ? 1n : 0n)
  const rest = Number(instant - days * microseconds)
  const style = hasFraction(text) ? cellStyles.instantWithMs : cellStyles.instant
  return dayCell(reference, text, notEarly(Number(days) + epochDay + rest / microsecondsOfDay), style)
}

/** The same time or a hair later: readers that cut off what is below a millisecond would else show the one before. */
function notEarly(days: number): number {
  return Number.isInteger(days) ? days : days * (1 + Number.EPSILON)
}

function dayCell(reference: string, text: string, days: number, style: number): string {
  return days < firstDay || days >= lastDay + 1 ? textCell(reference, text) : styledCell(reference, days, style)
}

function styledCell(reference: string, value: number, style: number): string {
  return `<c r="${reference}" s="${style}"><v>${value}</v></c>`
}

function hasFraction(text: string): boolean {
  return text.includes('.')
}
