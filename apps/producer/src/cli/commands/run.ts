import { Command, Option } from 'commander'
import { collectParameter } from '../collect-parameter.ts'
import { collectWord } from '../collect-word.ts'
import type { RunOptions } from './run-batch.ts'

/** `querypool run`: runs a batch file in parallel and waits for it. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run a batch file in parallel and report when all of it is done.')
    .argument('<file>', 'batch file, or - for standard input')
    .option('--batch <name>', 'the name of the batch (default: that of the file; stdin)')
    .option('--database <url>', 'the target database: postgres://user:password@host:port/database')
    .option('--workers <n>', 'how many queries may run at once, 1 to 1000 (default: 5)')
    .option('--param <name=value>', 'a value for a parameter; repeatable', collectParameter, new Map())
    .option(
      '--select <name>',
      'run only this query, or with tag:T those that have the tag; repeatable',
      collectWord,
      [],
    )
    .option('--publish <queue>', 'put each result on this BullMQ queue, as an envelope that says where its rows are')
    .addOption(
      new Option('--on-failure <what>', 'when a query fails for good: go on with the others, or stop them').choices([
        'continue',
        'stop',
      ]),
    )
    .addOption(
      new Option(
        '--snapshot <what>',
        'what queries see: each the data as it begins, or all of them one shared snapshot',
      ).choices(['own', 'shared']),
    )
    .option('--no-cache', 'take no results of runs before, whatever the batch says')
    .option('--output <folder>', 'write the results there, a file per query')
    .option('--detach', 'return once the run is submitted; it goes on by itself')
    .option('--key <key>', 'the same key gives the same run: attaches to it, or takes it up again')
    .option('--json', 'print one JSON document at the end')
    .action(async (file: string, options: RunOptions) => {
      const { runBatch } = await import('./run-batch.ts')
      await runBatch(file, options)
    })
}
