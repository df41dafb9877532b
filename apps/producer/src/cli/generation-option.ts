import { InvalidArgumentError, Option } from 'commander'

/** The option that names a generation of a run, for commands which show it. */
export function generationOption(): Option {
  return new Option('--generation <n>', 'as it was in this generation of the run (default: the latest)').argParser(
    (given) => {
      if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
      throw new InvalidArgumentError('Write a whole number from 1.')
    },
  )
}
