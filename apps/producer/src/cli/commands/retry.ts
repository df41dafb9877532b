import { Command } from 'commander'
import type { RetryOptions } from './retry-run.ts'

/** `querypool retry`: runs what did not succeed of a run again, and waits for it. */
export function retryCommand(): Command {
  return new Command('retry')
    .description(
      'Run again what did not succeed of a run that is over; what did keeps its results. All of it with a shared snapshot.',
    )
    .argument('<run>', 'id of the run, its first characters, or its key')
    .option('--database <url>', 'where the run ran, if that was given as a URL: URLs are not stored')
    .option('--workers <n>', 'of a private run: how many queries may run at once (default: as many as before)')
    .option('--output <folder>', 'write the results there, a file per query')
    .option('--detach', 'return once the run is taken up again; it goes on by itself')
    .option('--json', 'print one JSON document at the end')
    .action(async (run: string, options: RetryOptions) => {
      const { retryRun } = await import('./retry-run.ts')
      await retryRun(run, options)
    })
}
