import type { Batch } from '@querypool/shared/batch'
import { catalogue, type Fault, formatFault, InvalidDefinition } from '@querypool/shared/errors'
import { Command } from 'commander'
import { collectParameter } from '../collect-parameter.ts'

interface ValidateOptions {
  readonly param: ReadonlyMap<string, string>
  readonly json?: true
}

interface Checked {
  readonly file: string
  readonly batch: Batch | null
  readonly faults: readonly Fault[]
}

/** `querypool validate`: tells everything that is wrong with batch files, without any service. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Check batch files and tell everything that is wrong with them; nothing is run.')
    .argument('<files...>', 'batch files')
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
      files: checked.map(({ file, batch, faults }) => ({ file, queries: batch?.queries.length ?? null, faults })),
    })
  } else for (const one of checked) tell(one)
  if (checked.some(({ faults }) => faults.length > 0)) process.exitCode = 2
}

/** Parameters are checked only where some are given: a file is valid without values too. */
async function check(file: string, given: ReadonlyMap<string, string>): Promise<Checked> {
  const { bindArguments, readBatchFile } = await import('@querypool/shared/batch')
  try {
    const batch = await readBatchFile(file)
    if (given.size > 0) bindArguments(batch, given)
    return { file, batch, faults: [] }
  } catch (thrown) {
    if (thrown instanceof InvalidDefinition) return { file, batch: null, faults: thrown.faults }
    throw thrown
  }
}

function tell({ file, batch, faults }: Checked): void {
  for (const fault of faults) console.error(formatFault(fault, catalogue[fault.code].remedy))
  const count = batch?.queries.length
  if (count !== undefined) console.log(`${file}: ${count} ${count === 1 ? 'query' : 'queries'} ok`)
}
