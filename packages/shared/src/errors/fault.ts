import type { ErrorCode } from './catalogue.ts'

/** Where a fault stands. `line` and `column` count from 1; the column counts characters (code points). */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** The text of that line, for the caret that is printed under it. */
  readonly lineText?: string
}

/** One thing that is wrong with what a person gave us. */
export interface Fault {
  readonly code: ErrorCode
  /** What is wrong, with the particulars, as one sentence without the place. */
  readonly message: string
  /** What to do about it, where there is more to say than the catalogue does. */
  readonly remedy?: string
  readonly place?: Place
}

const longestShownLine = 160

/**
 * A fault as a person reads it: `file:line:column: message [CODE]`, the line with a caret under the place, the remedy.
 */
export function formatFault(fault: Fault, remedyOfCode: string): string {
  const { place } = fault
  const where = place
    ? `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(':')}: `
    : ''
  const lines = [`${where}${fault.message} [${fault.code}]`]
  if (place?.lineText !== undefined && place.column !== undefined)
    lines.push(...caretUnder(place.lineText, place.column))
  lines.push(`  → ${fault.remedy ?? remedyOfCode}`)
  return lines.join('\n')
}

/**
 * The line with a caret under one of its columns, as two lines; a long line is cut around the place.
 * `column` counts code points from 1.
 */
export function caretUnder(lineText: string, column: number): [string, string] {
  const characters = [...lineText.replaceAll('\t', ' ')]
  const from = column > longestShownLine - 20 ? column - Math.floor(longestShownLine / 2) : 0
  const shown = characters.slice(from, from + longestShownLine).join('')
  return [`  ${from > 0 ? '…' : ''}${shown}`, `  ${from > 0 ? ' ' : ''}${' '.repeat(Math.max(0, column - 1 - from))}^`]
}
