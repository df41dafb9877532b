import type { Stage } from '../stage/stage.ts'
import { readContent, readStoredResults, type StoredResult } from '../stage/stored-results.ts'
import type { Batch } from './batch.ts'

/** What the journal says of a query in the newest generation of its run. */
interface Told {
  readonly run: string
  readonly name: string
  readonly position: number
  readonly state: string
}

/** What a query has left in the database: its rows as they would be returned, and how often it was counted. */
interface Written {
  readonly lines: readonly string[]
  readonly times: number
}

/**
 * What has succeeded was written exactly once, and what has not was not written; the ledger says the same; what was
 * returned is what is there.
 */
export async function judgeWrites(stage: Stage, batch: Batch): Promise<string[]> {
  const told = await readTold(stage, batch)
  const written = await readWritten(stage, batch)
  const entered = await readEntered(stage, told)
  const results = new Map((await readStoredResults(stage, [batch.key])).map((result) => [result.name, result]))
  const wrong: string[] = []
  for (const { run, name, position, state } of told) {
    const about = `The write ${batch.key}/${name} of ${run}, ${state},`
    const left = written.get(`${batch.key}/${name}`) ?? { lines: [], times: 0 }
    const times = state === 'succeeded' ? 1 : 0
    if (left.times !== times) wrong.push(`${about} was done ${left.times} times.`)
    if (entered.has(position) !== (times === 1))
      wrong.push(`${about} is ${times === 1 ? 'not ' : ''}in the ledger of its database.`)
    const result = results.get(name)
    if (times === 1 && result) wrong.push(...(await compareRows(stage, about, result, left)))
  }
  return wrong
}

async function readTold({ journal }: Stage, { key }: Batch): Promise<Told[]> {
  const { rows } = await journal.query<Told>(
    `SELECT q.run, q.name, q.position, coalesce(x.state, 'without a result') AS state
     FROM querypool.run r JOIN querypool.query q ON q.run = r.id
     LEFT JOIN querypool.result x ON x.run = r.id AND x.generation = r.generation AND x.position = q.position
     WHERE r.key = $1 ORDER BY q.position`,
    [key],
  )
  return rows
}

async function readWritten({ target }: Stage, { key }: Batch): Promise<Map<string, Written>> {
  const { rows } = await target.query<{ query: string } & Written>(
    `SELECT query, coalesce(c.times, 0) AS times, array_agg(w.n || ',' || w.mark ORDER BY w.n, w.mark) AS lines
     FROM chaos.written w FULL JOIN chaos.write_count c USING (query) WHERE query LIKE $1 GROUP BY query, c.times`,
    [`${key}/%`],
  )
  return new Map(rows.map(({ query, lines, times }) => [query, { lines, times }]))
}

async function readEntered({ target }: Stage, told: readonly Told[]): Promise<Set<number>> {
  const { rows } = await target.query<{ position: number }>(
    'SELECT position FROM querypool_ledger.write WHERE run = ANY ($1) AND manifest IS NOT NULL',
    [told.map(({ run }) => run)],
  )
  return new Set(rows.map(({ position }) => position))
}

async function compareRows(stage: Stage, about: string, result: StoredResult, { lines }: Written): Promise<string[]> {
  if (result.rows !== lines.length)
    return [`${about} has ${result.rows} rows in the journal, and ${lines.length} in its database.`]
  const [header, ...returned] = (await readContent(stage, result)).toString().trimEnd().split('\n')
  if (header === '') return []
  const isSame = JSON.stringify(returned.toSorted()) === JSON.stringify(lines.toSorted())
  return isSame ? [] : [`${about} has returned other rows than it has written.`]
}
