import { type Batch, isIdentifier, parseBatchParts, readBatchParts } from '@querypool/shared/batch'
import { QueryPoolError } from '@querypool/shared/errors'

/** What stands for standard input where a batch file is named. */
const standardInput = '-'

/**
 * Reads a batch file, or standard input for `-`, part by part.
 * @param name of the batch; made of the file's name when absent, `stdin` for standard input
 * @throws QP_USAGE; when it is read, InvalidDefinition
 */
export function openBatch(file: string, name?: string): AsyncIterable<Batch> {
  if (name !== undefined && !isIdentifier(name))
    throw new QueryPoolError('QP_USAGE', `--batch: "${name}" cannot be the name of a batch.`, {
      remedy: 'Use up to 63 of the letters a to z and A to Z, digits and `_`, and no digit first.',
    })
  if (file === standardInput) return parseBatchParts(process.stdin, { file: '<stdin>', name: name ?? 'stdin' })
  return readBatchParts(file, name)
}
