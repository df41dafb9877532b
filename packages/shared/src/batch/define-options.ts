import type { ErrorCode, Place } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Effect } from './batch.ts'
import type { FaultList } from './fault-list.ts'
import { isIdentifier } from './identifier.ts'
import { maxDurationMs, maxRetries, mostBytes, mostRows, tagPattern } from './option-limits.ts'
import type { Options, PlacedNeed } from './options.ts'
import { shownText } from './shown-text.ts'

const keys = [
  'name',
  'sql',
  'params',
  'timeoutMs',
  'retries',
  'maxRows',
  'maxBytes',
  'expectMs',
  'effect',
  'tags',
  'needs',
  'cacheMs',
]

/** Reads the options of a query that a program has given; what is wrong with them goes on the list. */
export function defineOptions(given: Readonly<Record<string, unknown>>, place: Place, faults: FaultList): Options {
  const add = (code: ErrorCode, message: string, remedy?: string): void => faults.add(code, place, message, remedy)
  for (const key of Object.keys(given)) {
    if (keys.includes(key)) continue
    const message = `${shownText(key)} is not an option of a query.${didYouMean(key, keys)}`
    add('QP_OPTION_UNKNOWN', message, `The options are ${keys.join(', ')}.`)
  }
  const whole = (key: string, least: number, most: number): number | null => {
    const value = given[key] ?? null
    if (value === null || (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most))
      return value
    add('QP_OPTION_VALUE', `${key} is to be a whole number from ${least} to ${most}, not ${shownText(String(value))}.`)
    return null
  }
  const effect = defineEffect(given.effect ?? null, add)
  const cacheMs = whole('cacheMs', 1, maxDurationMs)
  if (effect === 'write' && cacheMs !== null)
    add('QP_CACHE_WRITES', 'The query writes, so it cannot take the result of another one.')
  const needs = defineNeeds(given.needs ?? [], place, add)
  if (needs.length > 0 && cacheMs !== null)
    add('QP_CACHE_NEEDS', 'The query needs others, so it cannot take the result of a run before.')
  return {
    database: null,
    publish: null,
    onFailure: null,
    snapshot: null,
    identical: null,
    maxParallel: null,
    timeoutMs: whole('timeoutMs', 1, maxDurationMs),
    retries: whole('retries', 0, maxRetries),
    maxRows: whole('maxRows', 0, mostRows),
    maxBytes: whole('maxBytes', 1, mostBytes),
    expectMs: whole('expectMs', 1, maxDurationMs),
    effect,
    cacheMs,
    tags: defineTags(given.tags ?? [], add),
    needs,
    parameters: new Map(),
  }
}

function defineEffect(given: unknown, add: (code: ErrorCode, message: string) => void): Effect | null {
  if (given === null || given === 'read' || given === 'write') return given
  const hint = didYouMean(String(given), ['read', 'write'])
  add('QP_OPTION_VALUE', `The effect is to be \`read\` or \`write\`, not ${shownText(String(given))}.${hint}`)
  return null
}

function defineTags(given: unknown, add: (code: ErrorCode, message: string) => void): string[] {
  if (!Array.isArray(given)) {
    add('QP_OPTION_VALUE', `tags is to be a list, not ${shownText(String(given))}.`)
    return []
  }
  const wrong = given.find((tag) => typeof tag !== 'string' || !tagPattern.test(tag))
  if (wrong !== undefined)
    add('QP_OPTION_VALUE', `${shownText(String(wrong))} is not a tag; write letters, digits, \`_\`, \`-\` or \`.\`.`)
  return [...new Set(given.map(String))]
}

function defineNeeds(given: unknown, place: Place, add: (code: ErrorCode, message: string) => void): PlacedNeed[] {
  if (!Array.isArray(given)) {
    add('QP_OPTION_VALUE', `needs is to be a list, not ${shownText(String(given))}.`)
    return []
  }
  const wrong = given.find((name) => typeof name !== 'string' || !isIdentifier(name))
  if (wrong !== undefined) add('QP_OPTION_VALUE', `${shownText(String(wrong))} cannot be the name of a query.`)
  return given.map((name) => ({ name: String(name), place }))
}
