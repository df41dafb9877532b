import { baseTypeName } from './parameter-type.ts'

/**
 * Why PostgreSQL would certainly not read `value` as one of `type`, or null where it would or only the server can tell: values
 * of other types, and forms that some version or setting takes.
 */
export function checkValue(type: string, value: string): string | null {
  if (value.includes('\0')) return 'it contains a NUL byte, which PostgreSQL takes in no text'
  if (/\p{Surrogate}/u.test(value)) return 'it contains half of a surrogate pair, which is no character'
  const name = baseTypeName(type)
  if (name === null) return null
  return checks[name]?.(value) ?? null
}

type Check = (value: string) => string | null

function integer(bits: 16 | 32 | 64): Check {
  const limit = 2n ** BigInt(bits - 1)
  return (value) => {
    const match =
      /^[ \t\n\r\f\v]*([+-]?)(\d[\d_]*|0[xX]_?[\da-fA-F][\da-fA-F_]*|0[oO]_?[0-7][0-7_]*|0[bB]_?[01][01_]*)[ \t\n\r\f\v]*$/.exec(
        value,
      )
    if (match === null) return 'it is not an integer'
    const size = BigInt(`${match[2]}`.replaceAll('_', '').toLowerCase())
    const isInside = match[1] === '-' ? size <= limit : size < limit
    return isInside ? null : `it is out of range, which is -${limit} to ${limit - 1n}`
  }
}

const spelledNumber = /^\s*(?:nan|[+-]?inf(?:inity)?)\s*$/i
const decimalNumber = /^\s*[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d[\d_]*)?\s*$/i
const hexNumber = /^\s*[+-]?0(?:x[\da-f_.]+(?:p[+-]?\d+)?|o[0-7_]+|b[01_]+)\s*$/i

function decimal(value: string): string | null {
  const isNumber = [spelledNumber, decimalNumber, hexNumber].some((pattern) => pattern.test(value))
  return isNumber ? null : 'it is not a number'
}

function boolean(value: string): string | null {
  const word = value.trim().toLowerCase()
  const isWord = word !== '' && ['true', 'false', 'yes', 'no'].some((full) => full.startsWith(word))
  return isWord || ['on', 'of', 'off', '1', '0'].includes(word) ? null : 'it is not true or false'
}

/** Dates have many forms; only what is none in any of them is refused: no digit and no special word, or a day that no month has. */
function dateOrTime(value: string): string | null {
  if (!/\d/.test(value) && !/now|today|tomorrow|yesterday|epoch|infinity/i.test(value)) return 'it is not a date'
  const iso = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T\s].*)?$/s.exec(value)
  if (iso === null || /bc/i.test(value)) return null
  const [year, month, day] = [Number(iso[1]), Number(iso[2]), Number(iso[3])]
  // Day 0 of the next month is the last of this one. Year 0 does not exist, and is left to the server.
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  if (month < 1 || month > 12 || day < 1 || day > lastDay) return 'there is no such day'
  return null
}

function uuid(value: string): string | null {
  return /^(?:(?:[\da-f]{4}-?){7}[\da-f]{4}|\{(?:[\da-f]{4}-?){7}[\da-f]{4}\})$/i.test(value)
    ? null
    : 'it is not a UUID'
}

function json(value: string): string | null {
  try {
    JSON.parse(value)
    return null
  } catch {
    return 'it is not JSON'
  }
}

const checks: Readonly<Record<string, Check | undefined>> = {
  int2: integer(16),
  smallint: integer(16),
  int4: integer(32),
  int: integer(32),
  integer: integer(32),
  int8: integer(64),
  bigint: integer(64),
  numeric: decimal,
  decimal,
  dec: decimal,
  real: decimal,
  float: decimal,
  float4: decimal,
  float8: decimal,
  'double precision': decimal,
  bool: boolean,
  boolean,
  date: dateOrTime,
  timestamp: dateOrTime,
  timestamptz: dateOrTime,
  'timestamp without time zone': dateOrTime,
  'timestamp with time zone': dateOrTime,
  uuid,
  json,
  jsonb: json,
}
