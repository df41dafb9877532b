import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import pg from 'pg'
import { test } from 'vitest'
import { createInstallation } from '../e2e/installation.ts'
import { readRecorded, startRun, untilBackends, untilProcesses, waitingQueries } from './private-run.ts'
import { findRunProcesses } from './processes.ts'

test('probe A: lock after journal killed', async () => {
  const i = await createInstallation()
  const home = join(i.folder, 'embedded')
  await ensureEmbeddedServers(home)
  const r = await startRun(i, waitingQueries(15, 15, 1), {
    REDIS_URL: '',
    QUERYPOOL_JOURNAL_URL: '',
    QUERYPOOL_RESULTS: '',
    QUERYPOOL_HOME: home,
  })
  await untilBackends(i, 2)
  console.log('before', JSON.stringify(await findRunProcesses(r.pid)))
  process.kill(Number.parseInt(await readFile(join(home, 'data/postgres/postmaster.pid'), 'utf8'), 10), 'SIGKILL')
  for (let n = 0; n < 6; n++) {
    await new Promise((d) => setTimeout(d, 2000))
    const { postgresUrl } = await ensureEmbeddedServers(home)
    const p = new pg.Pool({ connectionString: postgresUrl, max: 1 })
    const l = await p
      .query("select count(*)::int n from pg_locks where locktype='advisory' and classid=7367646")
      .catch((e) => ({ rows: [String(e)] }))
    console.log(
      n,
      JSON.stringify(l.rows),
      JSON.stringify(await findRunProcesses(r.pid)),
      JSON.stringify(await readRecorded(p).catch(String)),
    )
    await p.end()
    if (n === 3) {
      const st = await i.querypool(
        [
          'status',
          await (async () => {
            const q = new pg.Pool({ connectionString: postgresUrl, max: 1 })
            const x = await readRecorded(q)
            await q.end()
            return x.run
          })(),
        ],
        { env: { REDIS_URL: '', QUERYPOOL_JOURNAL_URL: '', QUERYPOOL_RESULTS: '', QUERYPOOL_HOME: home } },
      )
      console.log(st.status, st.stdout, st.stderr)
    }
  }
  const f = await r.ended
  console.log(f.status, f.stderr)
  await removeEmbeddedHome(home)
  await i.dispose()
})
test('probe B: concurrency after overseer killed', async () => {
  const i = await createInstallation()
  const r = await startRun(i, waitingQueries(8, 8, 5, 5, 5, 1))
  const { overseer } = await untilProcesses(r.pid, 2)
  await untilBackends(i, 2)
  process.kill(overseer, 'SIGKILL')
  let max = 0
  let ended = false
  const done = r.ended.then((f) => {
    ended = true
    return f
  })
  while (!ended) {
    const { rows } = await i.target.query(
      "select count(*)::int n from pg_stat_activity where datname=current_database() and application_name like 'qp:%' and state='active' and query like 'COPY%'",
    )
    max = Math.max(max, rows[0].n)
    await new Promise((d) => setTimeout(d, 20))
  }
  console.log('max at once', max, JSON.stringify(await readRecorded(i.journal)), (await done).status)
  console.log(JSON.stringify((await i.journal.query('select code, message from querypool.event order by id')).rows))
  await i.dispose()
})
