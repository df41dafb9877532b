import pg from 'pg'

/** How long a plain pool of `pg` takes for these statements, connecting included, in ms. */
export async function timePlainPool(
  databaseUrl: string,
  connections: number,
  statements: readonly string[],
): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections })
  try {
    const beganMs = performance.now()
    await Promise.all(statements.map((statement) => pool.query(statement)))
    return performance.now() - beganMs
  } finally {
    await pool.end()
  }
}
