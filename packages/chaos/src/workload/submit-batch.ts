import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { database } from '../stage/environments.ts'
import type { Stage } from '../stage/stage.ts'
import { until } from '../until.ts'
import type { Batch } from './batch.ts'
import type { Submission } from './submission.ts'

const submittedWithinMs = 180_000

/** Submits a batch by the client, again and again until the journal has taken it: its key makes that one run. */
export async function submitByClient(stage: Stage, submission: Submission): Promise<void> {
  const { key, kind, snapshot, queries } = submission.batch
  stage.timeline.note('submit', `${key}, ${queries.length} queries, by the client`)
  submission.run = await until(submittedWithinMs, async () => {
    const definitions = queries.map(({ name, sql, effect, needs = [], expectMs }) => ({
      name,
      sql,
      effect,
      needs,
      ...(expectMs === undefined ? {} : { expectMs }),
    }))
    return (await stage.pool.submit(definitions, { database, batch: kind.replaceAll('-', '_'), snapshot, key })).id
  })
  stage.timeline.note('submit', `${key} is the run ${submission.run}`)
}

/** Submits a batch by the command line, which waits for its run and may be killed meanwhile. */
export async function submitByCommand(stage: Stage, submission: Submission): Promise<void> {
  const { batch } = submission
  const file = await writeBatch(stage, batch)
  stage.timeline.note('submit', `${batch.key}, ${batch.queries.length} queries, by a command`)
  submission.command = stage.command('run', file, '--database', database, '--key', batch.key, '--json')
}

/** Sees to it that a batch was submitted, whatever became of the command that did so. */
export async function makeSureOf(stage: Stage, submission: Submission): Promise<void> {
  if (submission.run === null) await submitByClient(stage, submission)
}

async function writeBatch(stage: Stage, { key, snapshot, queries }: Batch): Promise<string> {
  const file = join(stage.folder, `${key}.sql`)
  const texts = queries.map(
    ({ name, sql, effect, needs = [], expectMs }) =>
      `-- name: ${name}\n-- effect: ${effect}\n${needs.length === 0 ? '' : `-- needs: ${needs.join(', ')}\n`}${expectMs === undefined ? '' : `-- expect: ${expectMs}ms\n`}${sql};\n`,
  )
  await writeFile(file, [`-- snapshot: ${snapshot}\n`, ...texts].join('\n'))
  return file
}
