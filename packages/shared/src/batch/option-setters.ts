import { parseDuration } from '../duration/index.ts'
import type { ErrorCode, Place } from '../errors/index.ts'
import { parseSize } from '../size/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import { isIdentifier } from './identifier.ts'
import { maxDurationMs, maxRetries, mostBytes, mostParallel, mostRows, tagPattern } from './option-limits.ts'
import type { OptionKey } from './option-line.ts'
import type { Options, PlacedNeed } from './options.ts'
import { parseParameterLine } from './parameter-line.ts'
import { refusePublishName } from './publish-name.ts'
import { shownText } from './shown-text.ts'

/** What is wrong with a value. */
export type Refusal = { readonly code?: ErrorCode; readonly message: string; readonly offset?: number }

/** A setter takes a value over into the options, or says what is wrong with it. */
export type Setter = (options: Options, value: string, place: Place) => Refusal | null

/** By their keys. */
export const setters: Readonly<Record<Exclude<OptionKey, 'name'>, Setter>> = {
  timeout: setDuration('timeoutMs'),
  expect: setDuration('expectMs'),
  database: setDatabase,
  publish: setPublish,
  onFailure: choose('onFailure', ['continue', 'stop']),
  snapshot: choose('snapshot', ['own', 'shared']),
  identical: choose('identical', ['each', 'once']),
  maxParallel: setMaxParallel,
  retries: setRetries,
  maxRows: setMaxRows,
  maxBytes: setMaxBytes,
  effect: choose('effect', ['read', 'write']),
  cache: setCache,
  tags: setTags,
  needs: setNeeds,
  param: addParameter,
}

/** A setter for a key that takes one of two words. */
function choose<K extends 'effect' | 'onFailure' | 'snapshot' | 'identical'>(
  key: K,
  words: readonly [NonNullable<Options[K]>, NonNullable<Options[K]>],
): Setter {
  return (options, value) => {
    const chosen = words.find((word) => word === value)
    if (chosen === undefined)
      return {
        message: `It is to be \`${words[0]}\` or \`${words[1]}\`, not ${shownText(value)}.${didYouMean(value, words)}`,
      }
    options[key] = chosen
    return null
  }
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

function setMaxParallel(options: Options, value: string): Refusal | null {
  const most = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (!(most >= 1 && most <= mostParallel))
    return { message: `${shownText(value)} is not a whole number from 1 to ${mostParallel}.` }
  options.maxParallel = most
  return null
}

function setMaxBytes(options: Options, value: string): Refusal | null {
  const bytes = parseSize(value)
  if (bytes === null) return { message: `${shownText(value)} is not a size; write one as 500MB, 2GB or 10GiB.` }
  if (bytes < 1 || bytes > mostBytes) return { message: `${shownText(value)} is not between 1B and 1000TB.` }
  options.maxBytes = bytes
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

function setNeeds(options: Options, value: string, place: Place): Refusal | null {
  let offset = 0
  const needs: PlacedNeed[] = []
  for (const part of value.split(',')) {
    const name = part.trim()
    const before = offset + part.length - part.trimStart().length
    if (!isIdentifier(name)) {
      const message = `${shownText(name)} cannot be the name of a query; write names with commas between them.`
      return { message, offset: before }
    }
    needs.push({ name, place: { ...place, column: (place.column ?? 1) + before } })
    offset += part.length + 1
  }
  options.needs = needs
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
