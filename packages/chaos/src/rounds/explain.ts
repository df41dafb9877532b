import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from '../stage/stage.ts'
import type { RoundReport } from './run-round.ts'

const tailLines = 15

/** Tells what happened in a round: faults, submissions, processes, events of its runs, executions, and how the logs end. */
export async function explainRound(stage: Stage, report: RoundReport): Promise<string> {
  const { timeline } = stage
  for (const { query, at, pid, isDoubled } of report.executions)
    timeline.add({ at, about: 'target', what: `${isDoubled ? 'DOUBLED ' : ''}${query} in the server process ${pid}` })
  for (const moment of await readJournal(stage, report)) timeline.add(moment)
  const logs = await readTails(join(stage.folder, 'logs'))
  return [...timeline.lines(), '', ...logs].join('\n')
}

async function readJournal({ journal }: Stage, { submissions }: RoundReport) {
  const keys = submissions.map(({ batch }) => batch.key)
  const { rows: events } = await journal
    .query<{ at: Date; about: string; what: string }>(
      `SELECT e.at, r.key AS about, e.code || ' ' || e.message AS what
       FROM querypool.event e JOIN querypool.run r ON r.id = e.run WHERE r.key = ANY ($1)
       UNION ALL SELECT r.finished_at, r.key, 'the run ' || r.id || ' is ' || r.state FROM querypool.run r
       WHERE r.key = ANY ($1) AND r.finished_at IS NOT NULL`,
      [keys],
    )
    .catch(() => ({ rows: [] }))
  return events
}

async function readTails(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted()
  const tails = await Promise.all(
    names.map(async (name) => {
      const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')
      return [`--- the end of ${name}`, ...lines.slice(-tailLines)]
    }),
  )
  return tails.flat()
}
