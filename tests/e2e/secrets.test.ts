import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRedis } from '@querypool/shared/queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, readCommandLines } from './installation.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

async function dumpJournal(): Promise<string[]> {
  const { rows: tables } = await installation.journal.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'querypool'",
  )
  const lines: string[] = []
  for (const { name } of tables) {
    const { rows } = await installation.journal.query<{ line: string }>(`select t::text as line from ${name} t`)
    lines.push(...rows.map(({ line }) => `${name} ${line}`))
  }
  return lines
}

test('rows and the password of the database are in no Redis command, journal table, output or command line', async () => {
  const marker = `row${randomBytes(12).toString('hex')}`
  const { password } = installation
  const mine = (text: string): boolean => text.includes(marker) || text.includes(password)
  const output = join(installation.folder, 'output')
  // The marker comes into being in the server, so that the text of the batch does not hold it.
  const batch = [marker.slice(0, 9), marker.slice(9)].map((part) => `'${part}'`).join(' || ')
  const file = await installation.batchFile(
    `-- name: marked\nselect ${batch} as marker, n from generate_series(1, 1000) n;
-- name: slow\nselect ${batch} as marker from pg_sleep(1);
-- name: failing\nselect 1 / (length(${batch}) - ${marker.length});\n`,
  )
  const traffic: string[] = []
  const redis = connectRedis(installation.redisUrl)
  const monitor = await redis.monitor()
  monitor.on('monitor', (_time: string, args: string[]) => traffic.push(args.join(' ')))
  try {
    const running = installation.start([
      ...['run', file, '--database', installation.databaseUrl],
      ...['--workers', '2', '--json', '--output', output],
    ])
    let isOver = false
    const ended = running.ended.finally(() => {
      isOver = true
    })
    const found = new Set<string>()
    const programs = new Set<string>()
    while (!isOver) {
      for (const { pid, commandLine } of await readCommandLines()) {
        // What a person writes on the command line of `run` stands there; nothing that it starts repeats it.
        if (pid === running.pid) continue
        if (commandLine.includes('private-overseer') || commandLine.includes('worker')) programs.add(commandLine)
        if (mine(commandLine)) found.add(commandLine)
      }
    }
    const finished = await ended
    // MONITOR is in order: once this is seen, all that came before has been seen.
    const last = `end-of-capture-${marker.length}-${Date.now()}`
    await redis.echo(last)
    await expect.poll(() => traffic.at(-1)?.includes(last) ?? traffic.some((line) => line.includes(last))).toBe(true)

    expect(documentOf(finished).queries.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed'])
    const { rows } = await installation.journal.query<{ id: string }>('select id from querypool.installation')
    const installationId = rows[0]?.id ?? 'unknown'
    expect(traffic.filter((line) => line.includes(installationId)).length).toBeGreaterThan(10)
    expect(traffic.filter(mine)).toEqual([])
    const journal = await dumpJournal()
    expect(journal.some((line) => line.startsWith('querypool.result'))).toBe(true)
    expect(journal.filter(mine)).toEqual([])
    expect(mine(finished.stdout) || mine(finished.stderr)).toBe(false)
    if (process.platform === 'linux') expect(programs.size).toBeGreaterThan(0)
    expect([...found]).toEqual([])
    expect(await readFile(join(output, 'marked.csv'), 'utf8')).toContain(`${marker},1000\n`)
  } finally {
    monitor.disconnect()
    redis.disconnect()
  }
})
