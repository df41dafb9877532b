import { RowMarks } from '@querypool/shared/result'
import type { FieldDef } from 'pg'
import type { ArtifactWriter, PartWriter, WrittenPart } from './artifact-writer.ts'
import { csvLine } from './csv-line.ts'
import { type ResultLimits, ResultTooLarge } from './result-limits.ts'
import type { StatementEvent } from './statements-out.ts'

/** What has come of a statement, and when, in ms since 1970: its rows as they were written, or why it failed. */
export type Came =
  | {
      readonly fields: readonly FieldDef[]
      readonly rows: number
      readonly marks: RowMarks
      readonly part: WrittenPart
      readonly at: number
    }
  | { readonly failed: unknown; readonly at: number }

/** Writes the rows of a round, statement by statement, until one fails. */
export class RoundRows {
  /** What has come of each statement so far, in order. */
  readonly came: Came[] = []
  readonly #writer: ArtifactWriter
  readonly #limits: readonly ResultLimits[]
  #fields: readonly FieldDef[] = []
  #part: PartWriter | null = null
  #marks = new RowMarks()
  #rows = 0
  #bytes = 0
  // What was not yet added to the part.
  #text = ''

  /** @param limits those of each statement, in order */
  constructor(writer: ArtifactWriter, limits: readonly ResultLimits[]) {
    this.#writer = writer
    this.#limits = limits
  }

  /** Whether a statement has failed: what still comes is passed over. */
  get hasFailed(): boolean {
    const last = this.came.at(-1)
    return last !== undefined && 'failed' in last
  }

  /**
   * Takes what the server has said, and waits while the store takes no more.
   * @returns `cancel`: the rows of a statement are too large, so that it has failed and is to be ended
   * @throws StoreWriteError
   */
  async take(events: readonly StatementEvent[]): Promise<'cancel' | 'goOn'> {
    if (this.hasFailed) return 'goOn'
    try {
      for (const event of events) this.#takeOne(event)
      this.#pass()
    } catch (error) {
      if (!(error instanceof ResultTooLarge)) throw error
      this.came.push({ failed: error, at: Date.now() })
      return 'cancel'
    }
    await this.#writer.flush()
    return 'goOn'
  }

  #takeOne(event: StatementEvent): void {
    if (event.kind === 'columns') this.#begin(event.fields)
    else if (event.kind === 'row') this.#add(event.fields)
    else if (event.kind === 'end') this.#end(event.at)
    else this.came.push({ failed: event.error, at: event.at })
  }

  #begin(fields: readonly FieldDef[]): void {
    this.#fields = fields
    this.#part = this.#writer.beginPart()
    this.#marks = new RowMarks()
    this.#rows = 0
    this.#bytes = 0
    this.#text = csvLine(fields.map(({ name }) => name))
    this.#marks.note(0, Buffer.byteLength(this.#text))
  }

  #add(fields: readonly (string | null)[]): void {
    if (this.#text === '') this.#marks.note(this.#rows, this.#bytes)
    this.#text += csvLine(fields)
    this.#rows++
  }

  #end(at: number): void {
    this.#pass()
    if (this.#part === null) throw new Error('the server has executed what it had not described')
    this.came.push({ fields: this.#fields, rows: this.#rows, marks: this.#marks, part: this.#part.end(), at })
    this.#part = null
  }

  #pass(): void {
    if (this.#part === null || this.#text === '') return
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    this.#bytes += bytes.byteLength
    const tooLarge = this.#limits[this.came.length]?.exceededBy(this.#rows, this.#bytes) ?? null
    if (tooLarge !== null) throw tooLarge
    this.#part.add(bytes)
  }
}
