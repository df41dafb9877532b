import type { Column } from '@querypool/shared/result'
import type { Connection, FieldDef, Submittable } from 'pg'
import type { Session } from './session.ts'

// Types with smaller numbers come with the server: https://www.postgresql.org/docs/current/system-catalog-initial-data.html
const firstOwnType = 16_384

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
    // Sent to the server as one.
    connection.stream.cork()
    connection.parse({ name: '', text: this.#text, types: [] }, true)
    connection.describe({ type: 'S', name: '' }, true)
    connection.sync()
    connection.stream.uncork()
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
export async function describeStatement(session: Session, text: string): Promise<Column[]> {
  return nameColumns(session, await session.client.query(new Describe(text)).described)
}

/** The columns that the server has described, with their types as PostgreSQL writes them; it is asked for what is not known. */
export async function nameColumns(session: Session, fields: readonly FieldDef[]): Promise<Column[]> {
  const known = knownColumns(session, fields)
  if (known !== null) return known
  const types = await readTypeNames(session, fields)
  return fields.map((field, index) => ({ name: field.name, type: types[index] ?? 'unknown' }))
}

/** The same without asking; null: a type is not known. */
export function knownColumns({ typeNames }: Session, fields: readonly FieldDef[]): Column[] | null {
  const columns: Column[] = []
  for (const field of fields) {
    const type = typeNames.get(typeKey(field))
    if (type === undefined) return null
    columns.push({ name: field.name, type })
  }
  return columns
}

/** Asks the server for the names of these fields' types. What it says of its own types is kept: it stays so. */
async function readTypeNames({ client, typeNames }: Session, fields: readonly FieldDef[]): Promise<string[]> {
  const { rows } = await client.query<{ type: string }>(
    `SELECT format_type(t.oid, t.typmod) AS type
     FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t(oid, typmod, n) ORDER BY n`,
    [fields.map((field) => field.dataTypeID), fields.map((field) => field.dataTypeModifier)],
  )
  const types = rows.map(({ type }) => type)
  for (const [index, field] of fields.entries())
    if (field.dataTypeID < firstOwnType) typeNames.set(typeKey(field), types[index] ?? 'unknown')
  return types
}

function typeKey({ dataTypeID, dataTypeModifier }: FieldDef): string {
  return `${dataTypeID}:${dataTypeModifier}`
}
