import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** The scale of the demo: 2,000,000 accounts and 500,000 movements, about 300 MB. */
export const demoScale = 20

/**
 * The tables of pgbench at a scale, which is the number of branches: each has 10 tellers and 100,000 accounts, and in the
 * history 25,000 movements. Every value follows from its row number, so that results are the same on every machine.
 * Nothing here has to survive a crash, and unlogged tables load in half the time.
 */
function stepsAt(scale: number): string[] {
  const tellers = scale * 10
  const accounts = scale * 100_000
  return [
    `create unlogged table pgbench_branches (bid int primary key, bbalance int, filler char(88))`,
    `create unlogged table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84))`,
    `create unlogged table pgbench_accounts (aid int not null, bid int, abalance int, filler char(84))`,
    `create unlogged table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))`,
    `insert into pgbench_branches select n, n * 1009, '' from generate_series(1, ${scale}) n`,
    `insert into pgbench_tellers select n, (n - 1) / 10 + 1, n * 101, '' from generate_series(1, ${tellers}) n`,
    `insert into pgbench_accounts
      select n, (n - 1) / 100000 + 1, n::bigint * 7919 % 200003 - 100001, '' from generate_series(1, ${accounts}) n`,
    `insert into pgbench_history
      select n % ${tellers} + 1, n % ${tellers} / 10 + 1, n::bigint * 104729 % ${accounts / 10} * 10 + 1,
        n::bigint * 7919 % 10007 - 5003, timestamp '2026-01-01' + n * interval '1 second', ''
      from generate_series(1, ${scale * 25_000}) n`,
    `alter table pgbench_accounts add primary key (aid)`,
    `vacuum analyze`,
  ]
}

/**
 * Makes the database `demo`, which belongs to a role of that name, fills it, and returns its URL with the password.
 *
 * @param postgresUrl the server's URL as superuser
 * @param scale the scale of pgbench
 * @param signal ends the work after the statement that is running
 */
export async function createDemoDatabase(postgresUrl: string, scale: number, signal: AbortSignal): Promise<string> {
  const password = randomBytes(24).toString('hex')
  const preparations = [
    `create role demo login password '${password}'`,
    // One query takes one core. Otherwise the serial run would already use several, and there was nothing to compare.
    'alter role demo set max_parallel_workers_per_gather = 0',
    `alter role demo set work_mem = '32MB'`,
    'create database demo owner demo',
  ]
  await execute(postgresUrl, preparations, signal)
  const url = new URL(postgresUrl)
  url.username = 'demo'
  url.password = password
  url.pathname = '/demo'
  await execute(url.href, stepsAt(scale), signal)
  return url.href
}

async function execute(url: string, statements: readonly string[], signal: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) {
      signal.throwIfAborted()
      await client.query(statement)
    }
  } finally {
    await client.end()
  }
}
