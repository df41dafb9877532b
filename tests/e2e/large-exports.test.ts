import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startS3Server } from '../s3/start-s3-server.ts'
import { childrenOf, createService, type Program, type Service } from './create-service.ts'
import { documentOf } from './installation.ts'

const exports = 8
const rows = 1_000_000
// Eight results of some 107 MB each.
const batch = Array.from(
  { length: exports },
  (_, index) =>
    `-- name: export_${index}\n-- retries: 0\nselect generate_series(1, ${rows}) as n, repeat('x', 100) as x;\n`,
).join('\n')
const deadline = { timeout: 120_000, interval: 100 }

// The system keeps the peak of a process (VmHWM): https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
const isLinux = process.platform === 'linux'

/** The most memory that any process of a program has had at any time, in MB. */
function peakMb(program: Program): number {
  return (most(program, 'status', /^VmHWM:\s+(\d+) kB$/m) * 1024) / 1e6
}

/** What a process of a program has read from sockets and files until now, in MB: https://man7.org/linux/man-pages/man5/proc_pid_io.5.html */
function readMb(program: Program): number {
  return most(program, 'io', /^rchar: (\d+)$/m) / 1e6
}

function most({ pid }: Program, file: string, pattern: RegExp): number {
  const found = [pid, ...childrenOf(pid)].map((each) => pattern.exec(readFileSync(`/proc/${each}/${file}`, 'utf8')))
  return Math.max(...found.map((match) => Number(match?.[1])))
}

/** Starts a worker that exports all at once, and the run. */
async function startExports(service: Service) {
  await service.startOverseer()
  const worker = await service.startWorker('worker-a', '--concurrency', String(exports))
  const ran = service.startCommand(['run', await service.batchFile(batch), '--database', 'main', '--json'])
  return { worker, ran }
}

test.runIf(isLinux)('eight large exports at once on one worker stay within its memory', async () => {
  const service = await createService()
  onTestFinished(() => service.dispose())
  const { worker, ran } = await startExports(service)
  const { state, queries } = documentOf(await ran.ended)
  expect(state).toBe('succeeded')
  expect(queries.map((query) => query.rows)).toEqual(new Array(exports).fill(rows))
  // It has some 110 MB without any, and some 170 with these; together they are 860.
  expect(peakMb(worker)).toBeLessThan(430)
})

test.runIf(isLinux)(
  'while the store takes nothing more the database waits; when it then fails, so do the queries, and nothing is left',
  async () => {
    const server = await startS3Server()
    onTestFinished(() => server.close())
    const service = await createService({}, { ...server.env, QUERYPOOL_RESULTS: `s3://${server.bucket}/slow` })
    onTestFinished(() => service.dispose())
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    let held = 0
    server.fault = async (request) => {
      if (!request.url?.includes('partNumber')) return null
      held++
      await released
      return { status: 403, code: 'AccessDenied' }
    }
    const { worker, ran } = await startExports(service)
    let before = 0
    await vi.waitFor(async () => {
      const now = readMb(worker)
      const grown = now - before
      before = now
      expect(held).toBe(2 * exports)
      expect(grown, 'MB read since the last look').toBeLessThan(1)
      const { rows: waiting } = await service.target.query(
        `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND wait_event = 'ClientWrite'`,
      )
      expect(waiting).toHaveLength(exports)
    }, deadline)
    // Each has three parts of 8 MiB: two on their way, and one that waits for them. All rows are 860 MB.
    expect(readMb(worker)).toBeLessThan(430)
    expect(peakMb(worker)).toBeLessThan(600)
    release()
    const { state, queries } = documentOf(await ran.ended)
    expect(state).toBe('failed')
    expect(queries.map(({ error }) => error?.code)).toEqual(new Array(exports).fill('QP_STORE_DENIED'))
    await vi.waitFor(async () => expect(await service.countBackends()).toBe(0), deadline)
    // No upload was completed.
    expect(server.requests.filter((request) => /^POST .*rows\.csv\?uploadId=/.test(request))).toEqual([])
  },
)
