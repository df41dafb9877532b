import pg from 'pg'

/** What is exported, in two forms of the same rows. */
export interface ExportQueries {
  readonly rows: number
  /** Without parameters, as a batch file has it and as psql takes it. */
  readonly plain: string
  /** With parameters: the batch file, and the same statement with their values for psql. */
  readonly withParameters: { readonly batch: string; readonly statement: string }
}

/** Makes a table of this name with so many sales, each an int, a text, a numeric and a timestamptz; about 55 bytes of CSV. */
export async function createSales(databaseUrl: string, table: string, rows: number): Promise<ExportQueries> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`CREATE TABLE ${table} (
      id int NOT NULL, customer text NOT NULL, amount numeric(12,2) NOT NULL, sold_at timestamptz NOT NULL)`)
    await client.query(
      `INSERT INTO ${table} SELECT n, 'customer ' || n % 100000, (n * 7919::bigint % 1000000) / 100.0,
         timestamptz '2024-01-01 00:00:00+00' + n * interval '1.7 s'
       FROM generate_series(1, $1::int) AS n`,
      [rows],
    )
    // So that nothing is left to do when it is read for the first time.
    await client.query(`VACUUM ANALYZE ${table}`)
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
  const plain = `SELECT id, customer, amount, sold_at FROM ${table}`
  const where = (least: string, since: string): string => `${plain} WHERE amount >= ${least} AND sold_at >= ${since}`
  return {
    rows,
    plain,
    withParameters: {
      batch: `-- name: sales\n-- param: least numeric = -1\n-- param: since timestamptz = 2020-01-01\n${where(':least', ':since')};\n`,
      statement: where("'-1'::numeric", "'2020-01-01'::timestamptz"),
    },
  }
}
