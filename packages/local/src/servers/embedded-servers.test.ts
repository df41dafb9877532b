import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EmbeddedServers } from './embedded-servers.ts'
import { ensureEmbeddedServers } from './ensure-embedded-servers.ts'
import { type HomeLayout, homeLayout } from './home-layout.ts'
import { readPostmaster } from './postmaster.ts'
import { removeEmbeddedHome } from './remove-embedded-home.ts'
import { isRunning, readPid } from './running-process.ts'
import { stopEmbeddedServers } from './stop-embedded-servers.ts'

const builtServers = fileURLToPath(new URL('../../dist/servers/index.js', import.meta.url))

describe('embedded servers', { timeout: 120_000 }, () => {
  let home: string
  let layout: HomeLayout

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'querypool-servers-'))
    layout = homeLayout(home)
  })

  afterEach(() => removeEmbeddedHome(home), 120_000)

  test('processes that start at the same time use the same servers', async () => {
    const users = await Promise.all([
      useFromAnotherProcess(home),
      useFromAnotherProcess(home),
      useFromAnotherProcess(home),
    ])
    const mine = await ensureEmbeddedServers(home)
    expect(users.map((user) => user.servers)).toEqual([mine, mine, mine])
    expect(await answers(mine)).toBe(true)
    for (const user of users) user.process.kill('SIGKILL')
  })

  test('the servers stay for a user that is left and stop after the last one, also when it is killed', async () => {
    const first = await useFromAnotherProcess(home)
    const second = await useFromAnotherProcess(home)
    const pids = await pidsOf(layout)
    first.process.kill('SIGKILL')
    await once(first.process, 'exit')
    expect(await answers(second.servers)).toBe(true)
    second.process.kill('SIGKILL')
    await until('all processes of the home are gone', async () => (await alive(pids, layout)).length === 0)
  })

  test('a process that has used the servers is not kept alive by them', async () => {
    const user = await useFromAnotherProcess(home, '')
    const [status] = user.process.exitCode === null ? await once(user.process, 'exit') : [user.process.exitCode]
    expect(status).toBe(0)
  })

  test('they come back with their data and ports after a stop', async () => {
    const before = await ensureEmbeddedServers(home)
    await withRedis(before, (redis) => redis.set('kept', 'yes'))
    await withPostgres(before, (client) => client.query('CREATE TABLE kept AS SELECT 42 AS answer'))
    await stopEmbeddedServers(home)
    expect(await answers(before)).toBe(false)
    const after = await ensureEmbeddedServers(home)
    expect(after).toEqual(before)
    expect(await withRedis(after, (redis) => redis.get('kept'))).toBe('yes')
    expect(await withPostgres(after, (client) => client.query('SELECT answer FROM kept'))).toMatchObject({
      rowCount: 1,
    })
  })

  test('a killed Redis comes back on its port with its data', async () => {
    const servers = await ensureEmbeddedServers(home)
    await withRedis(servers, async (redis) => {
      await redis.set('kept', 'yes')
      // The append-only file is written before the answer, though not yet synced, which only a crash of the machine needs.
    })
    const killed = await readPid(layout.redisPid)
    process.kill(killed ?? 0, 'SIGKILL')
    await until('Redis answers again', async () => (await withRedis(servers, (redis) => redis.get('kept'))) === 'yes')
    expect(await readPid(layout.redisPid)).not.toBe(killed)
    expect(await ensureEmbeddedServers(home)).toEqual(servers)
  })

  test('a killed PostgreSQL comes back on its port, even with a statement that still runs', async () => {
    const servers = await ensureEmbeddedServers(home)
    const busy = new Client({ connectionString: servers.postgresUrl })
    busy.on('error', () => undefined)
    await busy.connect()
    const statement = busy.query(`DO $$ BEGIN LOOP END LOOP; END $$`).catch(() => undefined)
    const killed = await readPostmaster(layout)
    process.kill(killed?.pid ?? 0, 'SIGKILL')
    await until('PostgreSQL answers again', () => answers(servers))
    await statement
    expect((await readPostmaster(layout))?.pid).not.toBe(killed?.pid)
    expect(await ensureEmbeddedServers(home)).toEqual(servers)
  })

  test('after a kill of the keeper the next call brings one that takes over the running servers', async () => {
    const servers = await ensureEmbeddedServers(home)
    const [postmaster, redis, keeper] = await pidsOf(layout)
    process.kill(keeper ?? 0, 'SIGKILL')
    // PostgreSQL gives the lock of the dead back when it hears of its death.
    await until('there is another keeper', async () => {
      expect(await ensureEmbeddedServers(home)).toEqual(servers)
      return ![0, keeper].includes(await keeperPid(layout))
    })
    expect((await pidsOf(layout)).slice(0, 2)).toEqual([postmaster, redis])
    process.kill(redis ?? 0, 'SIGKILL')
    await until('the new keeper brings Redis back', () => answers(servers))
  })

  test('servers whose keeper was killed can be stopped', async () => {
    await ensureEmbeddedServers(home)
    const pids = await pidsOf(layout)
    process.kill(pids[2] ?? 0, 'SIGKILL')
    await stopEmbeddedServers(home)
    expect(await alive(pids, layout)).toEqual([])
  })

  test('everything comes back after everything was killed', async () => {
    const servers = await ensureEmbeddedServers(home)
    const pids = await pidsOf(layout)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    // A signal needs a moment; what is dead before the call is back after it.
    await until('all of them are dead', async () => (await alive(pids, layout)).length === 0)
    expect(await ensureEmbeddedServers(home)).toEqual(servers)
    expect(await answers(servers)).toBe(true)
  })

  test('passwords stand in no command line and in no log, and nobody else can read their files', async () => {
    const servers = await ensureEmbeddedServers(home)
    const passwords = [servers.postgresUrl, servers.redisUrl].map((url) => new URL(url).password)
    const logs = [layout.keeperLog, layout.postgresLog, layout.redisLog].map((file) => readFileSync(file, 'utf8'))
    const seen = [...commandLines(), ...logs].join('\n')
    for (const password of passwords) {
      expect(password).toMatch(/^[0-9a-f]{48}$/)
      expect(seen).not.toContain(password)
    }
    for (const file of [layout.passwords, layout.servers, layout.redisConfig]) {
      expect(statSync(file).mode & 0o077).toBe(0)
    }
  })
})

interface OtherUser {
  readonly process: ChildProcess
  readonly servers: EmbeddedServers
}

/** A node process that uses the servers, by default for as long as it lives. */
async function useFromAnotherProcess(home: string, afterwards = 'setInterval(() => {}, 1000)'): Promise<OtherUser> {
  const program = `
    const { ensureEmbeddedServers } = await import(${JSON.stringify(builtServers)})
    console.log(JSON.stringify(await ensureEmbeddedServers(${JSON.stringify(home)})))
    ${afterwards}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { process: child, servers: JSON.parse(String(line)) as EmbeddedServers }
}

async function withRedis<T>(servers: EmbeddedServers, use: (redis: Redis) => Promise<T>): Promise<T | undefined> {
  const redis = new Redis(servers.redisUrl, { lazyConnect: true, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await use(redis)
  } catch {
    return undefined
  } finally {
    redis.disconnect()
  }
}

async function withPostgres<T>(servers: EmbeddedServers, use: (client: Client) => Promise<T>): Promise<T | undefined> {
  const client = new Client({ connectionString: servers.postgresUrl })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function answers(servers: EmbeddedServers): Promise<boolean> {
  const one = await withPostgres(servers, (client) => client.query('SELECT 1'))
  const pong = await withRedis(servers, (redis) => redis.ping())
  return one?.rowCount === 1 && pong === 'PONG'
}

/** The process ids of PostgreSQL, Redis and the keeper. */
async function pidsOf(layout: HomeLayout): Promise<number[]> {
  return [(await readPostmaster(layout))?.pid ?? 0, (await readPid(layout.redisPid)) ?? 0, await keeperPid(layout)]
}

async function keeperPid(layout: HomeLayout): Promise<number> {
  const pid = (await readPid(layout.keeperPid)) ?? 0
  return (await isRunning(pid, layout.home)) ? pid : 0
}

/** Those of the processes that still run. The command line of each contains the home. */
async function alive(pids: readonly number[], layout: HomeLayout): Promise<number[]> {
  const running = await Promise.all(pids.map((pid) => isRunning(pid, layout.home)))
  return pids.filter((_, index) => running[index])
}

function commandLines(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : []
    } catch {
      return []
    }
  })
}

async function until(condition: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within a minute: ${condition}`)
    await delay(5)
  }
}
