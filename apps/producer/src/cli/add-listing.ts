import { QueryPoolError } from '@querypool/shared/errors'
import { didYouMean } from '@querypool/shared/suggestion'
import { Command } from 'commander'

/**
 * Gives a command with subcommands a `list`, which is what it does without any. A word that is no subcommand is refused
 * with the one that was likely meant.
 */
export function addListing(
  parent: Command,
  description: string,
  action: (options: { json?: true }) => Promise<void>,
): void {
  const list = new Command('list')
    .description(description)
    .option('--json', 'print one JSON document')
    .argument('[nothing...]', 'takes none: what comes here is a mistyped subcommand')
    .action(async ([unknown]: string[], options: { json?: true }) => {
      if (unknown !== undefined) throw unknownSubcommand(parent, unknown)
      await action(options)
    })
  parent.addCommand(list, { isDefault: true })
}

function unknownSubcommand(parent: Command, given: string): QueryPoolError {
  const names = parent.commands.map((command) => command.name())
  const message = `\`${parent.name()}\` has no subcommand "${given}".${didYouMean(given, names)}`
  return new QueryPoolError('QP_USAGE', message, { remedy: `See \`querypool ${parent.name()} --help\`.` })
}
