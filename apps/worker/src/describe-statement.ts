import type { Column } from '@querypool/shared/result'
import type { Client, Connection, FieldDef, Submittable } from 'pg'

/** Parses and describes one statement without executing it: the server itself refuses a second one. */
class Describe implements Submittable {
  readonly described: Promise<FieldDef[]>
  readonly #text: string
  #fields: FieldDef[] = []
  #resolve!: (fields: FieldDef[]) => void
  #reject!: (error: Error) => void

  constructor(text: string) {
    this.#text = text
    this.described = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.#text, types: [] }, true)
    connection.describe({ type: 'S', name: '' }, true)
    connection.sync()
  }

  handleRowDescription(message: { fields: FieldDef[] }): void {
    this.#fields = message.fields
  }

  handleError(error: Error): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#fields)
  }
}

/**
 * The columns that a statement would give, with their types as PostgreSQL writes them. Has no effect on the data.
 * @throws DatabaseError with the position in the statement when the server refuses it
 */
export async function describeStatement(client: Client, text: string): Promise<Column[]> {
  const fields = await client.query(new Describe(text)).described
  if (fields.length === 0) return []
  const { rows } = await client.query<{ type: string }>(
    `SELECT format_type(t.oid, t.typmod) AS type
     FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t(oid, typmod, n) ORDER BY n`,
    [fields.map((field) => field.dataTypeID), fields.map((field) => field.dataTypeModifier)],
  )
  return fields.map((field, index) => ({ name: field.name, type: rows[index]?.type ?? 'unknown' }))
}
