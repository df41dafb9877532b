import { createHash } from 'node:crypto'
import type { Stage } from '../stage/stage.ts'
import { readContent, readStoredResults, type StoredResult } from '../stage/stored-results.ts'
import type { KnownQuery } from '../workload/batch.ts'
import type { Oracle } from './round-outcome.ts'

/** The rows of every result are those that the journal vouches for, and those that were known before, where they were. */
export const checkRows: Oracle = async ({ stage, submissions }) => {
  const results = await readStoredResults(
    stage,
    submissions.map(({ batch }) => batch.key),
  )
  const queries = new Map(
    submissions.flatMap(({ batch }) => batch.queries.map((query) => [`${batch.key}/${query.name}`, query] as const)),
  )
  const wrong = await Promise.all(
    results.map(async (result) => {
      const query = queries.get(`${result.key}/${result.name}`)
      return query ? compare(stage, result, query) : [`${result.key}/${result.name} is no query of its batch.`]
    }),
  )
  return wrong.flat()
}

async function compare(stage: Stage, result: StoredResult, { expected }: KnownQuery): Promise<string[]> {
  const name = `${result.key}/${result.name}`
  const content = await readContent(stage, result).catch((error) => String(error))
  if (typeof content === 'string') return [`The rows of ${name} cannot be read: ${content}`]
  const sha256 = createHash('sha256').update(content).digest('hex')
  const wrong: string[] = []
  if (result.sha256 !== sha256) wrong.push(`The journal vouches for other rows of ${name} than its file has.`)
  const known = expected?.()
  if (known && sha256 !== known.sha256)
    wrong.push(`The file of ${name} has other rows than it must: ${startOf(content)}`)
  if (known && result.rows !== known.rows)
    wrong.push(`${name} has ${result.rows} rows in the journal, not ${known.rows}.`)
  return wrong
}

function startOf(content: Buffer): string {
  return JSON.stringify(content.subarray(0, 120).toString())
}
