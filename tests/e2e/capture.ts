import { randomBytes } from 'node:crypto'
import { connectRedis } from '@querypool/shared/queue'
import { expect } from 'vitest'
import type { Finished, Installation } from './installation.ts'
import { readCommandLines } from './processes-of-home.ts'
import { watchRedis } from './watch-redis.ts'

/** What could be seen from outside while a command ran. */
export interface Captured {
  readonly finished: Finished
  /** Every command that Redis got, as MONITOR shows it. */
  readonly traffic: readonly string[]
  /** The command lines of all processes at any moment. */
  readonly commandLines: ReadonlySet<string>
  /** Every row of every table of the journal, afterwards. */
  readonly journal: readonly string[]
}

/** Starts something and captures what can be seen of it until it has ended. */
export async function captureWhile(installation: Installation, start: () => Promise<Finished>): Promise<Captured> {
  const redis = connectRedis(installation.redisUrl)
  const watch = await watchRedis(installation.redisUrl)
  try {
    let isOver = false
    const ended = start().finally(() => {
      isOver = true
    })
    const commandLines = new Set<string>()
    while (!isOver) for (const { commandLine } of await readCommandLines()) commandLines.add(commandLine)
    const finished = await ended
    // MONITOR is in order: once this is seen, all that came before has been seen.
    const last = `end-of-capture-${randomBytes(6).toString('hex')}`
    await redis.echo(last)
    await expect.poll(() => watch.lines.some((line) => line.includes(last)), { timeout: 120_000 }).toBe(true)
    return { finished, traffic: [...watch.lines], commandLines, journal: await dumpJournal(installation) }
  } finally {
    watch.stop()
    redis.disconnect()
  }
}

async function dumpJournal({ journal }: Installation): Promise<string[]> {
  const { rows: tables } = await journal.query<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'querypool'",
  )
  const lines: string[] = []
  for (const { name } of tables) {
    const { rows } = await journal.query<{ line: string }>(`select t::text as line from ${name} t`)
    lines.push(...rows.map(({ line }) => `${name} ${line}`))
  }
  return lines
}
