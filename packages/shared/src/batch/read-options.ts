import { parseDuration } from '../duration/index.ts'
import type { ErrorCode, Place } from '../errors/index.ts'
import { parseSize } from '../size/index.ts'
import type { Span } from '../sql/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Effect, IdenticalMode, OnFailure, ParameterDeclaration, SnapshotMode } from './batch.ts'
import type { FaultList } from './fault-list.ts'
import { maxDurationMs, maxRetries, mostBytes, mostRows, tagPattern } from './option-limits.ts'
import { type OptionKey, parseOptionLine } from './option-line.ts'
import { parseParameterLine } from './parameter-line.ts'
import { refusePublishName } from './publish-name.ts'
import { shownText } from './shown-text.ts'
import type { SourceText } from './source-text.ts'

/** A declaration with the place of its line, or where it has none, of its first use. */
export interface PlacedDeclaration {
  readonly declaration: ParameterDeclaration
  readonly place: Place
}

/** What the option lines of a section or of the whole batch set; null: not said. */
export interface Options {
  database: string | null
  publish: string | null
  onFailure: OnFailure | null
  snapshot: SnapshotMode | null
  identical: IdenticalMode | null
  timeoutMs: number | null
  retries: number | null
  maxRows: number | null
  maxBytes: number | null
  expectMs: number | null
  effect: Effect | null
  /** 0: `none`. */
  cacheMs: number | null
  tags: readonly string[]
  /** By name, in the order of their lines. */
  parameters: Map<string, PlacedDeclaration>
}

type Refusal = { readonly code?: ErrorCode; readonly message: string; readonly offset?: number }

/** A setter takes a value over into the options, or says what is wrong with it. */
type Setter = (options: Options, value: string, place: Place) => Refusal | null

const setters: Readonly<Record<Exclude<OptionKey, 'name'>, Setter>> = {
  timeout: setDuration('timeoutMs'),
  expect: setDuration('expectMs'),
  database: setDatabase,
  publish: setPublish,
  onFailure: setOnFailure,
  snapshot: setSnapshot,
  identical: setIdentical,
  retries: setRetries,
  maxRows: setMaxRows,
  maxBytes: setMaxBytes,
  effect: setEffect,
  cache: setCache,
  tags: setTags,
  param: addParameter,
}

const batchKeys: readonly OptionKey[] = [
  'database',
  'publish',
  'onFailure',
  'snapshot',
  'identical',
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
    timeoutMs: null,
    retries: null,
    maxRows: null,
    maxBytes: null,
    expectMs: null,
    effect: null,
    cacheMs: null,
    tags: [],
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

function setDuration(key: 'timeoutMs' | 'expectMs'): Setter {
  return (options, value) => {
    const ms = parseDuration(value)
    if (ms === null) return { message: `${shownText(value)} is not a duration; write one as 30s, 5m, 1h30m or 1500ms.` }
    if (ms < 1 || ms > maxDurationMs) return { message: `${shownText(value)} is not between 1ms and 24d.` }
    options[key] = ms
    return null
  }
}

function setRetries(options: Options, value: string): Refusal | null {
  const retries = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (!(retries <= maxRetries)) return { message: `${shownText(value)} is not a whole number from 0 to ${maxRetries}.` }
  options.retries = retries
  return null
}

function setMaxRows(options: Options, value: string): Refusal | null {
  const rows = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!(rows <= mostRows)) return { message: `${shownText(value)} is not a whole number from 0 to ${mostRows}.` }
  options.maxRows = rows
  return null
}

function setMaxBytes(options: Options, value: string): Refusal | null {
  const bytes = parseSize(value)
  if (bytes === null) return { message: `${shownText(value)} is not a size; write one as 500MB, 2GB or 10GiB.` }
  if (bytes < 1 || bytes > mostBytes) return { message: `${shownText(value)} is not between 1B and 1000TB.` }
  options.maxBytes = bytes
  return null
}

function setEffect(options: Options, value: string): Refusal | null {
  if (value !== 'read' && value !== 'write') {
    return {
      message: `The effect is to be \`read\` or \`write\`, not ${shownText(value)}.${didYouMean(value, ['read', 'write'])}`,
    }
  }
  options.effect = value
  return null
}

function setTags(options: Options, value: string): Refusal | null {
  const tags = value.split(',').map((tag) => tag.trim())
  const wrong = tags.find((tag) => !tagPattern.test(tag))
  if (wrong !== undefined) {
    return {
      message: `${shownText(wrong)} is not a tag; write letters, digits, \`_\`, \`-\` or \`.\`, with commas between tags.`,
    }
  }
  options.tags = [...new Set(tags)]
  return null
}

function setDatabase(options: Options, value: string): Refusal | null {
  if (value.includes('://')) {
    return { message: 'A database is named here, never by its URL; give a URL with `--database` or the configuration.' }
  }
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(value))
    return { message: `${shownText(value)} is not the name of a database.` }
  options.database = value
  return null
}

function setPublish(options: Options, value: string): Refusal | null {
  const message = refusePublishName(value)
  if (message !== null) return { message }
  options.publish = value
  return null
}

function setOnFailure(options: Options, value: string): Refusal | null {
  if (value !== 'continue' && value !== 'stop') {
    return {
      message: `It is to be \`continue\` or \`stop\`, not ${shownText(value)}.${didYouMean(value, ['continue', 'stop'])}`,
    }
  }
  options.onFailure = value
  return null
}

function setSnapshot(options: Options, value: string): Refusal | null {
  if (value !== 'own' && value !== 'shared')
    return {
      message: `It is to be \`own\` or \`shared\`, not ${shownText(value)}.${didYouMean(value, ['own', 'shared'])}`,
    }
  options.snapshot = value
  return null
}

function setIdentical(options: Options, value: string): Refusal | null {
  if (value !== 'each' && value !== 'once')
    return {
      message: `It is to be \`each\` or \`once\`, not ${shownText(value)}.${didYouMean(value, ['each', 'once'])}`,
    }
  options.identical = value
  return null
}

function setCache(options: Options, value: string): Refusal | null {
  const ms = value === 'none' ? 0 : parseDuration(value)
  if (ms === null)
    return { message: `${shownText(value)} is not a duration; write one as 10m, 1h or 1h30m, or \`none\`.` }
  if (value !== 'none' && (ms < 1 || ms > maxDurationMs))
    return { message: `${shownText(value)} is not between 1ms and 24d.` }
  options.cacheMs = ms
  return null
}

function addParameter(options: Options, value: string, place: Place): Refusal | null {
  const line = parseParameterLine(value)
  // A parameter whose line is wrong is declared all the same: its uses are no further faults.
  const declaration = line.kind === 'declared' ? line.declaration : { name: line.name ?? '', type: 'text' }
  if (options.parameters.has(declaration.name)) {
    return { code: 'QP_PARAM_TWICE', message: `The parameter \`${declaration.name}\` is declared twice here.` }
  }
  if (declaration.name !== '') options.parameters.set(declaration.name, { declaration, place })
  return line.kind === 'wrong' ? line : null
}
