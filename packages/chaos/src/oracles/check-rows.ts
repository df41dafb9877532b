import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExpectedRows } from '../workload/batch.ts'
import type { Oracle } from './round-outcome.ts'

interface Result {
  readonly key: string
  readonly name: string
  readonly artifact: string
  readonly offset: number
  readonly bytes: number
  readonly rows: number
  readonly sha256: string
}

/** The rows of every result are exactly those that were known before, in the file as in the journal. */
export const checkRows: Oracle = async ({ stage, submissions }) => {
  const { rows: results } = await stage.journal.query<Result>(
    `SELECT r.key, q.name, x.artifact, x."offset"::float8 AS "offset", x.bytes::float8 AS bytes, x.rows::float8 AS rows, x.sha256
     FROM querypool.result x JOIN querypool.run r ON r.id = x.run
     JOIN querypool.query q ON q.run = x.run AND q.position = x.position
     WHERE r.key = ANY ($1) AND x.state = 'succeeded' AND x.carried_from IS NULL`,
    [submissions.map(({ batch }) => batch.key)],
  )
  const expected = new Map(
    submissions.flatMap(({ batch }) =>
      batch.queries.map((query) => [`${batch.key}/${query.name}`, query.expected] as const),
    ),
  )
  const wrong = await Promise.all(
    results.map(async (result) => {
      const known = expected.get(`${result.key}/${result.name}`)
      return known
        ? compare(stage.storeFolder, result, known())
        : [`${result.key}/${result.name} is no query of its batch.`]
    }),
  )
  return wrong.flat()
}

async function compare(store: string, result: Result, known: ExpectedRows): Promise<string[]> {
  const name = `${result.key}/${result.name}`
  const content = await readPart(join(store, result.artifact), result.offset, result.bytes).catch((error) =>
    String(error),
  )
  if (typeof content === 'string') return [`The rows of ${name} cannot be read: ${content}`]
  const sha256 = createHash('sha256').update(content).digest('hex')
  const wrong: string[] = []
  if (sha256 !== known.sha256) wrong.push(`The file of ${name} has other rows than it must: ${startOf(content)}`)
  if (result.sha256 !== sha256) wrong.push(`The journal vouches for other rows of ${name} than its file has.`)
  if (result.rows !== known.rows) wrong.push(`${name} has ${result.rows} rows in the journal, not ${known.rows}.`)
  return wrong
}

async function readPart(path: string, offset: number, bytes: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset)
    if (bytesRead !== bytes) throw new Error(`${bytesRead} bytes instead of ${bytes}`)
    return buffer
  } finally {
    await file.close()
  }
}

function startOf(content: Buffer): string {
  return JSON.stringify(content.subarray(0, 120).toString())
}
