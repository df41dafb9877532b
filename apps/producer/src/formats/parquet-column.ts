import type { Column } from '@querypool/shared/result'
import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import { readDate, readInstant, readTime } from './calendar.ts'

/** A value as it is given to the writer of Parquet. */
type ParquetValue = string | number | bigint | boolean | Uint8Array

/** A column as Parquet has it. https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
export interface ParquetColumn extends Pick<ColumnSource, 'encoding' | 'statistics'> {
  readonly type: Omit<SchemaElement, 'name'>
  /** A value from PostgreSQL's text; null: the type has no place for it. */
  readonly read: (text: string) => ParquetValue | null
}

const firstMicrosecond = -(2n ** 63n)
const lastMicrosecond = 2n ** 63n - 1n
const microsecondsOfDay = 86_400_000_000

const utf8 = new TextEncoder()

const string: ParquetColumn = {
  type: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  read: (text) => text,
}

// The writer would parse JSON and write it anew, which changes numbers and repeated keys. So it gets bytes; see
// `nameJsonColumns`, which calls them JSON in the end. Texts as long as these make no useful bounds.
const json: ParquetColumn = {
  type: { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } },
  statistics: false,
  read: (text) => utf8.encode(text),
}

const int32: ParquetColumn = { type: { type: 'INT32' }, read: Number }
const int64: ParquetColumn = { type: { type: 'INT64' }, read: BigInt }

// PLAIN, for a dictionary takes -0 and 0 for one value.
const byType: Readonly<Record<string, ParquetColumn | undefined>> = {
  boolean: { type: { type: 'BOOLEAN' }, read: (text) => text === 't' || text === 'true' },
  smallint: { type: { type: 'INT32', converted_type: 'INT_16' }, read: Number },
  integer: int32,
  bigint: int64,
  oid: int64,
  real: { type: { type: 'FLOAT' }, encoding: 'PLAIN', read: Number },
  'double precision': { type: { type: 'DOUBLE' }, encoding: 'PLAIN', read: Number },
  date: { type: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }, read: readDate },
  'time without time zone': {
    type: { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } },
    read: (text) => {
      const microseconds = readTime(text)
      return microseconds === null || microseconds >= microsecondsOfDay ? null : BigInt(microseconds)
    },
  },
  'timestamp without time zone': timestamp(false),
  'timestamp with time zone': timestamp(true),
  uuid: {
    type: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
    read: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  },
  bytea: { type: { type: 'BYTE_ARRAY' }, read: (text) => Buffer.from(text.slice('\\x'.length), 'hex') },
  json,
  jsonb: json,
}

/** How a column of PostgreSQL stands in Parquet: as the type that Parquet has for it, or else as PostgreSQL's text. */
export function parquetColumn({ type }: Column): ParquetColumn {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(type) ?? []
  if (precision !== undefined) return decimal(Number(precision), Number(scale))
  return byType[type.replace(/\(\d\)/, '')] ?? string
}

/** The schema as it is to stand in the file: JSON columns with the name that older readers know, too. */
export function nameJsonColumns(schema: readonly SchemaElement[]): SchemaElement[] {
  return schema.map((element) =>
    element.logical_type?.type === 'JSON' ? { ...element, converted_type: 'JSON' } : element,
  )
}

function timestamp(isAdjustedToUTC: boolean): ParquetColumn {
  return {
    type: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } },
    read: (text) => {
      const microseconds = readInstant(text)
      const hasPlace = microseconds !== null && microseconds >= firstMicrosecond && microseconds <= lastMicrosecond
      return hasPlace ? microseconds : null
    },
  }
}

// Readers know up to 38 digits, and no scale that is negative or larger than the precision.
function decimal(precision: number, scale: number): ParquetColumn {
  if (precision > 38 || scale < 0 || scale > precision) return string
  const limit = 10n ** BigInt(precision)
  const read = (text: string): bigint | null => {
    const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
    // NaN, or more digits than the type says: rather refused than cut off.
    if (sign === undefined || fraction.length > scale) return null
    const unscaled = BigInt(whole + fraction.padEnd(scale, '0'))
    if (unscaled >= limit) return null
    return sign === '-' ? -unscaled : unscaled
  }
  const physical: Pick<SchemaElement, 'type' | 'type_length'> =
    precision <= 9
      ? { type: 'INT32' }
      : precision <= 18
        ? { type: 'INT64' }
        : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 }
  const logical_type = { type: 'DECIMAL', precision, scale } as const
  return { type: { ...physical, converted_type: 'DECIMAL', precision, scale, logical_type }, read }
}
