import { Command } from 'commander'
import type { BackfillOptions } from './backfill-create.ts'

/** `querypool backfill`: runs the slots of a time that have not succeeded; watched and cancelled as one. */
export function backfillCommand(): Command {
  const backfill = new Command('backfill').description(
    'Run the slots of a schedule whose intervals lie in a time, as far as they have not succeeded.',
  )
  backfill.addCommand(createCommand(), { isDefault: true })
  backfill.addCommand(
    new Command('list')
      .description('List backfills, the latest first.')
      .option('--json', 'print one JSON document')
      .action(async ({ json }: { json?: true }) => {
        const { listBackfills } = await import('./backfill-list.ts')
        await listBackfills(json === true)
      }),
  )
  backfill.addCommand(
    new Command('status')
      .description('Show a backfill.')
      .argument('<id>', 'id of the backfill')
      .option('--watch', 'show its progress until it is over; the exit status is then that of the backfill')
      .option('--json', 'print one JSON document')
      .action(async (id: string, options: { watch?: true; json?: true }) => {
        const { showBackfill } = await import('./backfill-status.ts')
        await showBackfill(id, options)
      }),
  )
  backfill.addCommand(
    new Command('cancel')
      .description('Cancel a backfill: its runs end, and slots that wait become what they were before.')
      .argument('<id>', 'id of the backfill')
      .action(async (id: string) => {
        const { cancel } = await import('./backfill-cancel.ts')
        await cancel(id)
      }),
  )
  return backfill
}

function createCommand(): Command {
  return new Command('create')
    .description('Make a backfill, and follow it until it is over.')
    .argument('<batch>', 'name of the schedule, which is that of its batch')
    .requiredOption(
      '--from <instant>',
      'intervals that begin from here on; without an offset by the clock of the schedule',
    )
    .requiredOption('--to <instant>', 'and before this')
    .option('--again', 'also slots that have succeeded')
    .option('--newest-first', 'begin with the newest slots instead of the oldest')
    .option('--max-parallel <n>', 'how many of its slots may run at once, 1 to 1000', '1')
    .option('--dry-run', 'only tell which slots it would run')
    .option('--detach', 'do not wait until it is over')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: BackfillOptions) => {
      const { createFromCommand } = await import('./backfill-create.ts')
      await createFromCommand(name, options)
    })
}
