import { catalogue, type Fault, formatFault, InvalidDefinition } from '@querypool/shared/errors'
import { Command } from 'commander'
import { collectParameter } from '../collect-parameter.ts'

interface ValidateOptions {
  readonly param: ReadonlyMap<string, string>
  readonly json?: true
}

interface Checked {
  readonly file: string
  /** How many it has; null: it is faulty. */
  readonly queries: number | null
  readonly faults: readonly Fault[]
  /** What is not wrong, but likely not meant. */
  readonly warnings: readonly Fault[]
}

/** `querypool validate`: tells everything that is wrong with batch files, without any service. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check batch files and tell everything that is wrong with them; nothing is run.')
    .argument('<files...>', 'batch files, or - for standard input')
    .option(
      '--param <name=value>',
      'a value for a parameter, to be checked too; repeatable',
      collectParameter,
      new Map(),
    )
    .option('--json', 'print one JSON document')
    .action(validate)
}

async function validate(files: string[], options: ValidateOptions): Promise<void> {
  const checked: Checked[] = []
  for (const file of files) checked.push(await check(file, options.param))
  if (options.json) {
    const { printJson } = await import('../print-json.ts')
    printJson({
      files: checked.map(({ file, queries, faults, warnings }) => ({ file, queries, faults, warnings })),
    })
  } else for (const one of checked) tell(one)
  if (checked.some(({ faults }) => faults.length > 0)) process.exitCode = 2
}

/** Parameters are checked only where some are given: a file is valid without values too. */
async function check(file: string, given: ReadonlyMap<string, string>): Promise<Checked> {
  const { Binding, clockWarnings } = await import('@querypool/shared/batch')
  const { openBatch } = await import('../open-batch.ts')
  try {
    let queries = 0
    const warnings: Fault[] = []
    let binding: InstanceType<typeof Binding> | null = null
    for await (const part of openBatch(file)) {
      queries += part.queries.length
      binding ??= new Binding(part.file, given)
      binding.bind(part.queries)
      warnings.push(...(await clockWarnings(part)))
    }
    if (given.size > 0) binding?.refuseFaults()
    return { file, queries, faults: [], warnings }
  } catch (thrown) {
    if (thrown instanceof InvalidDefinition) return { file, queries: null, faults: thrown.faults, warnings: [] }
    throw thrown
  }
}

function tell({ file, queries, faults, warnings }: Checked): void {
  for (const warning of warnings) console.error(`Warning: ${formatFault(warning, catalogue[warning.code].remedy)}`)
  for (const fault of faults) console.error(formatFault(fault, catalogue[fault.code].remedy))
  if (queries !== null) console.log(`${file}: ${queries} ${queries === 1 ? 'query' : 'queries'} ok`)
}
