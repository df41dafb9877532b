import { createHash } from 'node:crypto'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis } from '@querypool/shared/queue'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createService, type Service } from '../e2e/create-service.ts'
import { documentOf } from '../e2e/installation.ts'

// The Redis of these tests is wiped, so it is one of their own.
let home: string
let redisUrl: string
let service: Service

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'querypool-service-'))
  const servers = await ensureEmbeddedServers(home)
  redisUrl = servers.redisUrl
  service = await createService({ database: 'maxConcurrency: 3' }, { REDIS_URL: redisUrl })
  await service.startOverseer()
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '3')
  await service.startWorker('worker-b', '--concurrency', '3')
})
afterAll(async () => {
  await service?.dispose()
  if (home !== undefined) await removeEmbeddedHome(home)
})

test('runs finish exactly and within the limit of the database although Redis is wiped again and again', async () => {
  const count = 40
  const batch = Array.from(
    { length: count },
    (_, n) => `-- name: q${n}\nselect ${n} as n, pg_sleep(0.3), random() as chance;\n`,
  ).join('')
  const file = await service.batchFile(batch)
  const runs = [
    service.querypool(['run', file, '--database', 'main', '--json']),
    service.querypool(['run', file, '--database', 'main', '--json', '--key', 'second']),
    service.querypool(['run', file, '--database', 'main', '--json', '--workers', '2']),
  ]
  let isOver = false
  const ended = Promise.all(runs).finally(() => {
    isOver = true
  })
  const wiping = wipeAfterResults([10, 50, 90])
  let most = 0
  while (!isOver) most = Math.max(most, await service.countBackends())
  await wiping
  for (const finished of await ended) {
    const { runId, state, queries } = documentOf(finished)
    expect(state, finished.stderr).toBe('succeeded')
    expect(queries).toHaveLength(count)
    await expectWholeArtifacts(runId, count)
  }
  expect(most).toBe(3)
})

/** The rows of every result are those that the journal vouches for: one execution's, never mixed with another's. */
async function expectWholeArtifacts(run: string, count: number): Promise<void> {
  const { rows } = await service.journal.query<{ artifact: string; sha256: string }>(
    'SELECT artifact, sha256 FROM querypool.result WHERE run = $1',
    [run],
  )
  expect(rows).toHaveLength(count)
  for (const { artifact, sha256 } of rows) {
    const content = await readFile(join(service.resultsFolder, artifact))
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
  }
}

/** Wipes Redis each time the journal has so many results. */
async function wipeAfterResults(counts: readonly number[]): Promise<void> {
  const redis = connectRedis(redisUrl)
  try {
    for (const count of counts) {
      await vi.waitFor(
        async () => {
          const { rows } = await service.journal.query('SELECT count(*)::int AS n FROM querypool.result')
          expect(rows[0].n).toBeGreaterThanOrEqual(count)
        },
        { timeout: 300_000, interval: 50 },
      )
      await redis.flushall()
    }
  } finally {
    redis.disconnect()
  }
}
