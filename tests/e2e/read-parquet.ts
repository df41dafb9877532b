import { DuckDBInstance } from '@duckdb/node-api'

/** A Parquet file as DuckDB reads it: names and types of its columns, and its rows, as texts if nothing else is selected. */
export async function readParquet(
  path: string,
  selected = 'COLUMNS(*)::VARCHAR',
): Promise<{ names: string[]; types: string[]; rows: (string | null)[][] }> {
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  try {
    const rowsOf = async (sql: string): Promise<(string | null)[][]> =>
      (await connection.runAndReadAll(sql, [path])).getRowsJson() as (string | null)[][]
    await connection.run("SET TimeZone = 'UTC'")
    const columns = await rowsOf('DESCRIBE SELECT * FROM read_parquet($1)')
    return {
      names: columns.map(([name]) => String(name)),
      types: columns.map(([, type]) => String(type)),
      rows: await rowsOf(`FROM read_parquet($1) SELECT ${selected}`),
    }
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}
