import { Command } from 'commander'

/** `querypool up`: the whole installation on this machine, in one terminal. */
export function upCommand(): Command {
  return new Command('up')
    .description(
      'Run everything on this machine: servers, an overseer, a worker, the dashboard. Ctrl-C ends all of it.',
    )
    .option('--concurrency <n>', 'how many queries the worker may run at once (default: 5)')
    .action(async ({ concurrency }: { concurrency?: string }) => {
      const { runEverything } = await import('../../up/index.ts')
      const ended = await runEverything(process.env, concurrency)
      if (ended === null) return
      console.error(`The ${ended} ended by itself, so the others were stopped. What it said stands above.`)
      process.exitCode = 1
    })
}
