import type { UnkeptServer } from '@querypool/local/servers'
import pg from 'pg'

/** As which queries of the suite run. */
export const role = 'chaos_reader'
const password = 'chaos_reader'

/** The marks that executions of queries leave in the log of the target's server, with the query's name behind them. */
export const beganMark = 'chaos-began'
export const doubledMark = 'chaos-doubled'

/**
 * What queries of the suite call first. It writes into the server's log that the query began, which a read-only
 * transaction may do and a rollback does not take back; and it takes a lock of the query's name, which it cannot get while
 * another execution of the same query is there. So two at once are told by the database, whatever QueryPool believes.
 */
const schema = `
  CREATE ROLE ${role} LOGIN PASSWORD '${password}';
  -- So that a commit lasts long enough to be met: a tenth of a second.
  ALTER ROLE ${role} SET commit_delay = 100000;
  ALTER ROLE ${role} SET commit_siblings = 0;
  CREATE SCHEMA chaos;
  GRANT USAGE ON SCHEMA chaos TO ${role};
  CREATE FUNCTION chaos.execute(name text, seconds double precision) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    is_alone boolean := pg_try_advisory_xact_lock(hashtextextended(name, 0));
  BEGIN
    RAISE LOG '${beganMark} %', name;
    IF NOT is_alone THEN RAISE LOG '${doubledMark} %', name; END IF;
    PERFORM pg_sleep(seconds);
    RETURN is_alone;
  END $$;
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;`

/** Makes the plain role and the function that the queries need. @returns the URL for that role */
export async function prepareTarget(target: UnkeptServer): Promise<string> {
  const client = new pg.Client({ connectionString: target.url })
  await client.connect()
  try {
    await client.query(schema)
  } finally {
    await client.end()
  }
  const url = new URL(target.url)
  url.username = role
  url.password = password
  return url.href
}
