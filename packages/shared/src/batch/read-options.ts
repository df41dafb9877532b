import type { Place } from '../errors/index.ts'
import type { Span } from '../sql/index.ts'
import type { FaultList } from './fault-list.ts'
import { type OptionKey, parseOptionLine } from './option-line.ts'
import { setters } from './option-setters.ts'
import type { Options } from './options.ts'
import type { SourceText } from './source-text.ts'

const batchKeys: readonly OptionKey[] = [
  'database',
  'publish',
  'onFailure',
  'snapshot',
  'identical',
  'maxParallel',
  'timeout',
  'retries',
  'maxRows',
  'maxBytes',
  'tags',
  'cache',
  'param',
]
const queryKeys: readonly OptionKey[] = [
  'timeout',
  'retries',
  'maxRows',
  'maxBytes',
  'effect',
  'tags',
  'needs',
  'expect',
  'cache',
  'param',
]

/** Reads the option lines among the comments that stand above the SQL of a query, or at the top of the file for the batch. */
export function readOptions(
  source: SourceText,
  comments: readonly Span[],
  owner: 'batch' | 'query',
  faults: FaultList,
): Options {
  const options: Options = {
    database: null,
    publish: null,
    onFailure: null,
    snapshot: null,
    identical: null,
    maxParallel: null,
    timeoutMs: null,
    retries: null,
    maxRows: null,
    maxBytes: null,
    expectMs: null,
    effect: null,
    cacheMs: null,
    tags: [],
    needs: [],
    parameters: new Map(),
  }
  const seen = new Set<OptionKey>()
  let cachePlace: Place | null = null
  for (const { start, end } of comments) {
    const line = parseOptionLine(source.text.slice(start, end))
    const place = source.placeAt(start)
    if (line.kind === 'near') {
      const message = `\`${line.written}\` is not an option. Did you mean \`${line.meant}\`?`
      faults.add('QP_OPTION_UNKNOWN', place, message)
    }
    if (line.kind !== 'option' || line.key === 'name') continue
    if (!(owner === 'batch' ? batchKeys : queryKeys).includes(line.key)) {
      const [message, remedy] = misplaced(line.key)
      faults.add('QP_OPTION_MISPLACED', place, message, remedy)
      continue
    }
    if (line.key !== 'param' && seen.has(line.key)) {
      faults.add('QP_OPTION_TWICE', place, `\`${line.key}\` is set twice here.`)
    }
    seen.add(line.key)
    if (line.key === 'cache') cachePlace = place
    const offset = start + line.valueOffset
    const refusal = setters[line.key](options, line.value, source.placeAt(offset))
    if (refusal === null) continue
    const refusedAt = source.placeAt(offset + (refusal.offset ?? 0))
    faults.add(refusal.code ?? 'QP_OPTION_VALUE', withoutUrl(refusedAt, line.value), refusal.message)
  }
  if (cachePlace !== null && options.cacheMs && options.effect === 'write')
    faults.add('QP_CACHE_WRITES', cachePlace, 'The query writes, so it cannot take the result of another one.')
  if (cachePlace !== null && options.cacheMs && options.needs.length > 0)
    faults.add('QP_CACHE_NEEDS', cachePlace, 'The query needs others, so it cannot take the result of a run before.')
  return options
}

function misplaced(key: OptionKey): [message: string, remedy: string] {
  return batchKeys.includes(key)
    ? [`\`${key}\` is an option of the batch, not of a query.`, 'Move it above the first `-- name:` line.']
    : [`\`${key}\` is an option of a query, not of the batch.`, 'Move it under the `-- name:` line of its query.']
}

/** A URL may have a password in it: the line is not shown then. */
function withoutUrl<P extends { lineText?: string }>(place: P, value: string): P {
  if (!value.includes('://')) return place
  const { lineText: _, ...rest } = place
  return rest as P
}
