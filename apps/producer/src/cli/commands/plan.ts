import { Command } from 'commander'
import { collectParameter } from '../collect-parameter.ts'
import { collectWord } from '../collect-word.ts'
import type { PlanOptions } from './plan-batch.ts'

/** `querypool plan`: what running a batch file would be like; nothing is run. */
export function planCommand(): Command {
  return new Command('plan')
    .description('Show in which order the queries of a batch file would run, and how long all of it would take.')
    .argument('<file>', 'batch file')
    .option('--slots <n>', 'how many queries may run at once, 1 to 1000 (default: the limit of the database, else 5)')
    .option('--database <name>', 'name or URL of the database (default: that of the batch, else that of its last run)')
    .option('--param <name=value>', 'a value for a parameter; repeatable', collectParameter, new Map())
    .option('--select <name>', 'only this query, or with tag:T those that have the tag; repeatable', collectWord, [])
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: PlanOptions) => {
      const { planBatch } = await import('./plan-batch.ts')
      await planBatch(file, options)
    })
}
