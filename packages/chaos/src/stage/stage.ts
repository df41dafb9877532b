import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { QueryPool } from '@querypool/client'
import { connectRedis, type Redis } from '@querypool/shared/queue'
import pg from 'pg'
import { Timeline } from '../timeline.ts'
import { until } from '../until.ts'
import { type Environments, makeEnvironments } from './environments.ts'
import { Fleet } from './fleet.ts'
import { type Links, linkNames, type Servers, startLinks } from './links.ts'
import { type Program, type Role, startProgram } from './program.ts'
import { startServers } from './servers.ts'
import { makeStoreDisk, type StoreDisk } from './store-disk.ts'
import { prepareTarget } from './target-schema.ts'

/** All that faults are done to and that batches run on: an installation with servers of its own. */
export interface Stage {
  readonly folder: string
  readonly storeFolder: string
  readonly servers: Servers
  readonly links: Links
  readonly fleet: Fleet
  readonly disk: StoreDisk
  /** Past all proxies, as superuser: for looking, and for what a person would do. */
  readonly target: pg.Pool
  readonly journal: pg.Pool
  readonly redis: Redis
  readonly pool: QueryPool
  /** The prefix of the installation's keys in Redis. */
  readonly prefix: string
  readonly timeline: Timeline
  /** Starts `querypool` with these arguments, past all proxies. */
  command(...args: string[]): Program
  /** Undoes every fault that still lasts: all are awake, all servers run, all links are whole, the disk has room. */
  calm(): Promise<void>
}

// Two overseers, so that one takes over from the other; more places for queries than one burst of batches fills at once.
const crew = { overseers: 2, workers: 3 }
const concurrency = 6
const readyWithinMs = 120_000

/**
 * Makes an installation in a folder, with three servers, each by itself, and overseers and workers that reach them by way of
 * proxies; does some work with it, and takes it away.
 * @param programs the folder of the checkout whose built programs run
 * @returns what the work came to, and the names of the programs that did not end when they were asked to
 */
export async function withStage<T>(
  folder: string,
  programs: string,
  work: (stage: Stage) => Promise<T>,
): Promise<{ value: T; stayed: string[] }> {
  const undo: (() => Promise<unknown>)[] = []
  const stayed: string[] = []
  try {
    const stage = await openStage(folder, programs, undo, stayed)
    return { value: await work(stage), stayed }
  } finally {
    for (const step of undo.reverse()) await step()
  }
}

async function openStage(
  folder: string,
  programs: string,
  undo: (() => Promise<unknown>)[],
  stayed: string[],
): Promise<Stage> {
  // Started by root, PostgreSQL runs as another user, who has to get through this folder.
  await chmod(folder, 0o755)
  const storeFolder = join(folder, 'results')
  const { servers, stop } = await startServers(folder)
  undo.push(stop)
  const disk = await makeStoreDisk(storeFolder)
  undo.push(() => disk.close())
  const links = await startLinks(servers)
  undo.push(() => Promise.all(Object.values(links).map((link) => link.close())))
  const targetUrl = await prepareTarget(servers.target)
  const timeline = new Timeline()
  const environments = await makeEnvironments(folder, { storeFolder, targetUrl }, servers, links)
  const start = await programStarter(folder, programs, environments, timeline)
  const target = openPool(servers.target.url)
  const journal = openPool(servers.journal.url)
  const redis = connectRedis(servers.redis.url)
  const pool = new QueryPool({ journalUrl: servers.journal.url, resultsFolder: storeFolder, onEvent: () => {} })
  undo.push(async () => {
    redis.disconnect()
    await Promise.allSettled([pool.close(), target.end(), journal.end()])
  })
  const fleet = new Fleet(crew, (role, number) => {
    const name = `${role}-${number}`
    const args = role === 'overseer' ? ['serve'] : ['worker', '--name', name, '--concurrency', String(concurrency)]
    return start(role, name, args)
  })
  undo.push(async () => stayed.push(...(await fleet.stop()).map(({ name }) => name)))
  const installation = await until(readyWithinMs, async () => {
    const { rows } = await journal.query<{ id: string }>('SELECT id FROM querypool.installation')
    return rows[0]?.id ?? null
  })
  let commands = 0
  return {
    folder,
    storeFolder,
    servers,
    links,
    fleet,
    disk,
    target,
    journal,
    redis,
    pool,
    prefix: `{qp-${installation}}`,
    timeline,
    command: (...args) => start('command', `command-${++commands}-${args[0]}`, args),
    calm: async () => {
      for (const name of linkNames) links[name].mend()
      for (const server of Object.values(servers)) await server.start()
      await redis.config('SET', 'maxmemory', '0')
      fleet.wakeAll()
      await disk.free([...fleet.running('worker'), ...fleet.running('overseer')])
    },
  }
}

async function programStarter(folder: string, programs: string, environments: Environments, timeline: Timeline) {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true })
  const main = join(programs, 'apps', 'producer', 'dist', 'main.js')
  return (role: Role, name: string, args: readonly string[]): Program =>
    startProgram(
      { name, role, args: [main, ...args], env: environments[role], folder, log: join(logs, `${name}.log`) },
      timeline,
    )
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4, application_name: 'chaos', connectionTimeoutMillis: 10_000 })
  pool.on('error', () => {})
  return pool
}
