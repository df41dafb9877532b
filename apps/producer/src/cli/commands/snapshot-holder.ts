import { Command } from 'commander'

/** The hidden command that holds the snapshot of a run; overseers start it as a process of its own. */
export function snapshotHolderCommand(): Command {
  return new Command('snapshot-holder')
    .description('Holds the snapshot that the queries of a run share; started by overseers.')
    .action(async () => {
      const { runHolder } = await import('../../snapshot-holder/index.ts')
      await runHolder()
    })
}
