import { Command } from 'commander'

/** The hidden command that keeps a private run going; `run` starts it as a process of its own. */
export function privateOverseerCommand(): Command {
  return new Command('private-overseer')
    .description('Oversees a private run; started by `querypool run`.')
    .action(async () => {
      const { servePrivateRun } = await import('../../private-run/index.ts')
      await servePrivateRun()
    })
}
