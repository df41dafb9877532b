import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRedis } from '@querypool/shared/queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, readCommandLines } from './installation.ts'
import { watchRedis } from './watch-redis.ts'

let installation: Installation

beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

function withoutPassword(): string {
  const url = new URL(installation.databaseUrl)
  url.password = ''
  return url.href
}

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

const ways = ['the URL', 'PGPASSWORD'] as const

test.each(ways)(
  'rows and the password from %s are in no Redis command, journal, output or command line',
  async (way) => {
    const marker = `row${randomBytes(12).toString('hex')}`
    const { password } = installation
    const mine = (text: string): boolean => text.includes(marker) || text.includes(password)
    const output = join(installation.folder, 'output')
    // The marker comes into being in the server, so that the text of the batch does not hold it.
    const marked = [marker.slice(0, 9), marker.slice(9)].map((part) => `'${part}'`).join(' || ')
    const file = await installation.batchFile(
      `-- name: marked\nselect ${marked} as marker, n from generate_series(1, 1000) n;
-- name: slow\nselect ${marked} as marker from pg_sleep(1);
-- name: failing\nselect 1 / (length(${marked}) - ${marker.length});\n`,
    )
    const redis = connectRedis(installation.redisUrl)
    const watch = await watchRedis(installation.redisUrl)
    const traffic = watch.lines
    try {
      const running = installation.start(
        [
          ...['run', file, '--database', way === 'the URL' ? installation.databaseUrl : withoutPassword()],
          ...['--workers', '2', '--json', '--output', output],
        ],
        way === 'the URL' ? {} : { env: { PGPASSWORD: password } },
      )
      let isOver = false
      const ended = running.ended.finally(() => {
        isOver = true
      })
      const found = new Set<string>()
      const programs = new Set<string>()
      while (!isOver) {
        for (const { commandLine } of await readCommandLines()) {
          // What a person writes on the command line of `run` stands there, also in a child of it that is only about to
          // become another program; nothing that it starts repeats it.
          if (way === 'the URL' && commandLine.includes(`\0run\0${file}\0`)) continue
          if (commandLine.includes('private-overseer') || commandLine.includes('worker')) programs.add(commandLine)
          if (mine(commandLine)) found.add(commandLine)
        }
      }
      const finished = await ended
      // MONITOR is in order: once this is seen, all that came before has been seen.
      const last = `end-of-capture-${randomBytes(6).toString('hex')}`
      await redis.echo(last)
      await expect.poll(() => traffic.some((line) => line.includes(last)), { timeout: 120_000 }).toBe(true)

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
      watch.stop()
      redis.disconnect()
    }
  },
)
