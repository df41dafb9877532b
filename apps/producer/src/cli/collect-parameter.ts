import { InvalidArgumentError } from 'commander'

/**
 * Takes one `--param name=value` of a command line to those before it; the last one of a name counts.
 * @throws InvalidArgumentError (commander's) when there is no name or no `=`
 */
export function collectParameter(given: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const equals = given.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('Write name=value.')
  return new Map([...before, [given.slice(0, equals), given.slice(equals + 1)]])
}
