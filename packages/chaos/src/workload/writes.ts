import { role } from '../stage/target-schema.ts'
import type { KnownQuery } from './batch.ts'
import { judgeWrites } from './judge-writes.ts'
import type { Kind } from './kind.ts'

/** Each execution that is committed leaves rows that no other one would write, and is counted. */
const schema = `
  CREATE TABLE chaos.written (query text NOT NULL, n int NOT NULL, mark uuid NOT NULL);
  CREATE INDEX written_query ON chaos.written (query);
  CREATE TABLE chaos.write_count (query text PRIMARY KEY, times int NOT NULL);
  GRANT SELECT, INSERT ON chaos.written TO ${role};
  GRANT SELECT, INSERT, UPDATE ON chaos.write_count TO ${role};`

/** Some writes of up to some seconds each, of which some return what they have written. */
export const writes: Kind = {
  name: 'writes',
  make: (key, random) => ({
    key,
    kind: 'writes',
    snapshot: 'own',
    queries: Array.from({ length: random.between(4, 12) }, (_, index) =>
      countedWrite(key, `write_${index + 1}`, random.between(1, 20), random.between(0, 40) / 10, random.chance(0.6)),
    ),
  }),
  prepare: async (stage) => {
    await stage.target.query(schema)
    const { url } = stage.servers.target
    const { ended } = stage.command('doctor', '--database', url, '--init-ledger', '--ledger-role', role)
    const { status, stdout } = await ended
    if (status !== 0) throw new Error(`The ledger of writes cannot be made: ${stdout}`)
  },
  judge: judgeWrites,
}

function countedWrite(batch: string, name: string, rows: number, seconds: number, isReturning: boolean): KnownQuery {
  const key = `${batch}/${name}`
  const sql = `with begun as (select is_alone from chaos.execute('${key}', ${seconds}) as is_alone),
counted as (insert into chaos.write_count (query, times) select '${key}', 1 from begun
  on conflict (query) do update set times = write_count.times + 1)
insert into chaos.written (query, n, mark) select '${key}', n, gen_random_uuid() from begun, generate_series(1, ${rows}) as n`
  return { name, sql: isReturning ? `${sql}\nreturning n, mark` : sql, effect: 'write', expected: null }
}
