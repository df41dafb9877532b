/** How rows can be written. */
export const formats = ['csv', 'json', 'ndjson', 'xlsx', 'parquet'] as const

/** One of them. */
export type Format = (typeof formats)[number]

/** Whether a format is for programs and not for a terminal. */
export function isBinary(format: Format): boolean {
  return format === 'xlsx' || format === 'parquet'
}
