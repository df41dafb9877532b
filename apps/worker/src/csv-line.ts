/** A line of CSV as COPY writes it, from the values as the server writes them. */
export function csvLine(fields: readonly (string | null)[]): string {
  if (fields.length === 1 && fields[0] === endOfData) return `"${endOfData}"\n`
  return `${fields.map(csvValue).join(',')}\n`
}

// Alone on its line it once meant the end, so COPY quotes it there.
const endOfData = '\\.'

// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-CSV-FORMAT: NULL is nothing, the empty string is "".
function csvValue(value: string | null): string {
  if (value === null) return ''
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
