import { QueryPoolError } from '@querypool/shared/errors'
import type { Column } from '@querypool/shared/result'

const mostCharactersShown = 40

/** The error for a value that a format has no place for. `row` counts from 1. */
export function valueNotInFormat(format: string, column: Column, row: number, why: string): QueryPoolError {
  return new QueryPoolError('QP_NOT_IN_FORMAT', `Row ${row}, column ${column.name} (${column.type}): ${why}`, {
    remedy: `Cast the column to text in the query, or take another format than ${format}; csv holds everything. See docs/formats.md.`,
  })
}

/** A value as an error shows it: not longer than a line. */
export function shownValue(text: string): string {
  return text.length <= mostCharactersShown ? text : `${text.slice(0, mostCharactersShown)}…`
}
