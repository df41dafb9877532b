import { moveAmounts, openAccounts } from './accounts.ts'
import type { KnownQuery } from './batch.ts'
import { judgeSnapshots } from './judge-snapshots.ts'
import type { Kind } from './kind.ts'

/** Some reads of up to some seconds each, in one snapshot, of accounts between which amounts are moved all the time. */
export const snapshots: Kind = {
  name: 'snapshots',
  make: (key, random) => ({
    key,
    kind: 'snapshots',
    snapshot: 'shared',
    queries: Array.from({ length: random.between(4, 9) }, (_, index) =>
      readOfAccounts(key, `view_${index + 1}`, random.between(0, 50) / 10),
    ),
  }),
  prepare: openAccounts,
  accompany: moveAmounts,
  judge: judgeSnapshots,
}

/**
 * What is there in the snapshot: the total, which holds in all of them, and how many transfers there were, which tells them
 * apart. Executions of a query in different generations of its run can meet, so it executes under the name of its snapshot, too.
 */
function readOfAccounts(batch: string, name: string, seconds: number): KnownQuery {
  const sql = `select sum(amount) as total, sum(transfers) as transfers, sum(amount * id) as weight, is_alone
from chaos.execute('${batch}/${name}@' || pg_current_snapshot(), ${seconds}) as is_alone, chaos.account group by is_alone`
  return { name, sql, effect: 'read', expected: null }
}
