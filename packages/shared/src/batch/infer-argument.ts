import type { ErrorCode } from '../errors/index.ts'
import type { Argument } from './batch.ts'
import { checkValue } from './check-value.ts'
import { parseParameterType } from './parameter-type.ts'
import { shownText } from './shown-text.ts'

/** What is wrong with a value. */
interface Refusal {
  readonly code: ErrorCode
  readonly message: string
}

const largestInt = 2 ** 31 - 1
// The first type of these that holds all elements of an array is that of the array.
const widening = ['int', 'bigint', 'double precision']

/**
 * The argument that a value of JavaScript becomes: its type, as QueryDefinition says, and its text as PostgreSQL reads it.
 * A refusal when it has no type, or when PostgreSQL would certainly not take it.
 */
export function inferArgument(name: string, value: unknown): Argument | Refusal {
  if (isTyped(value)) return typedArgument(name, value)
  const type = Array.isArray(value) ? typeOfArray(value) : typeOf(value)
  if (type === null) {
    const what = Array.isArray(value) ? 'an array without one type' : `a value of JavaScript's type ${typeof value}`
    const message = `${shownText(name)} is ${what}; give it as { type, value }.`
    return { code: 'QP_PARAM_VALUE', message }
  }
  return checked({ name, type, value: textOf(value) })
}

function typedArgument(name: string, { type, value }: { type: unknown; value: unknown }): Argument | Refusal {
  const parsed = typeof type === 'string' ? parseParameterType(type) : null
  if (parsed === null) {
    const message = `${shownText(String(type))}, the type of ${shownText(name)}, is not written as a type of PostgreSQL.`
    return { code: 'QP_PARAM_TYPE', message }
  }
  const isJson = /^jsonb?$/i.test(parsed) && value !== null && typeof value === 'object'
  if (!isJson && !Array.isArray(value) && typeOf(value) === null) {
    const message = `The value of ${shownText(name)} is ${value === undefined ? 'missing' : `a ${typeof value}`}.`
    return { code: 'QP_PARAM_VALUE', message }
  }
  return checked({ name, type: parsed, value: isJson ? JSON.stringify(value) : textOf(value) })
}

function checked(argument: Argument): Argument | Refusal {
  const { name, type, value } = argument
  const refusal = value === null ? null : checkValue(type, value)
  if (refusal === null) return argument
  return { code: 'QP_PARAM_VALUE', message: `The value of ${shownText(name)} is not one of type ${type}: ${refusal}.` }
}

function isTyped(value: unknown): value is { type: unknown; value: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'type' in value && 'value' in value
}

function typeOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint') return 'bigint'
  if (value instanceof Date) return 'timestamptz'
  if (typeof value !== 'number') return null
  if (!Number.isSafeInteger(value)) return 'double precision'
  return Math.abs(value) <= largestInt ? 'int' : 'bigint'
}

function typeOfArray(elements: readonly unknown[]): string | null {
  const types = new Set(elements.filter((element) => element !== null).map(typeOf))
  const [first = 'text', ...others] = types
  if (others.length === 0) return first === null ? null : `${first}[]`
  const widest = Math.max(...[...types].map((type) => widening.indexOf(type ?? '')))
  return [...types].every((type) => widening.includes(type ?? '')) ? `${widening[widest]}[]` : null
}

function textOf(value: unknown): string | null {
  if (value === null) return null
  if (Array.isArray(value)) return `{${value.map(elementText).join(',')}}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  return String(value)
}

function elementText(value: unknown): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return textOf(value) ?? ''
  return `"${(textOf(value) ?? '').replaceAll(/["\\]/g, '\\$&')}"`
}
