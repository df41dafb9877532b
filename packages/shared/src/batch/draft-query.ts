import type { StatementSpan } from '../sql/index.ts'
import type { ParameterSlot } from './batch.ts'
import type { Options, PlacedDeclaration } from './options.ts'
import type { PlacedText } from './source-text.ts'

/** A query whose SQL has not been parsed yet. */
export interface DraftQuery {
  readonly name: string
  /** The text in which it stands. */
  readonly source: PlacedText
  readonly statement: StatementSpan
  readonly sql: string
  readonly options: Options
  /** What it may use, by name: its own parameters, and those of the batch that none of its own hides. */
  readonly declared: ReadonlyMap<string, PlacedDeclaration>
  readonly slots: readonly ParameterSlot[]
  /** What to do so that it has a parameter of that name, as a part of a sentence. */
  howToDeclare(name: string): string
}
