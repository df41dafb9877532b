import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { fromEnvironment } from '../from-environment.ts'
import { endProcess, processesOf } from './processes-of-home.ts'

/** What a command line came to. */
export interface Finished {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command line that runs. */
export interface Running {
  readonly pid: number
  readonly ended: Promise<Finished>
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** As Ctrl-C at its terminal. */
  interrupt(): void
}

/** How a command line is started. */
export interface StartOptions {
  /** Variables on top of those of the installation. */
  readonly env?: Readonly<Record<string, string>>
  /** Kills the command when aborted. */
  readonly signal?: AbortSignal
  /** Its working folder; the installation's if not said. */
  readonly cwd?: string
  /** What it reads from standard input; nothing if not said. */
  readonly input?: Iterable<string>
}

/** One QueryPool with a journal, a target database and a results folder that no other test sees. */
export interface Installation {
  readonly folder: string
  readonly resultsFolder: string
  readonly journalUrl: string
  readonly redisUrl: string
  /** The URL of the target database, as its plain owner. */
  readonly databaseUrl: string
  readonly databaseName: string
  readonly password: string
  /** The target database as the superuser. */
  readonly target: pg.Pool
  readonly journal: pg.Pool
  start(args: readonly string[], options?: StartOptions): Running
  querypool(args: readonly string[], options?: StartOptions): Promise<Finished>
  /** Runs a batch that is given as text, on the target database, to its end. */
  runBatch(sql: string, ...args: string[]): Promise<Finished>
  /** Writes a batch file and gives its path. */
  batchFile(sql: string | Uint8Array, name?: string): Promise<string>
  /** How many runs the journal knows; none when nobody has ever opened it. */
  countRuns(): Promise<number>
  /** The database processes that work for a run at this moment, and the fences that are held. */
  countBackends(): Promise<number>
  countFences(): Promise<number>
  /** Takes everything away. @throws when a process of it stays */
  dispose(): Promise<void>
}

/** What `run --json` prints. */
export interface RunDocument {
  readonly runId: string
  readonly batch: string
  readonly generation: number
  readonly state: string
  readonly startupMs: number
  readonly wallMs: number
  readonly queries: readonly QueryDocument[]
}

/** A query in it. */
export interface QueryDocument {
  readonly name: string
  readonly state: string
  readonly attempts: number
  readonly rows: number | null
  readonly bytes: number | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly worker: string | null
  /** The generation that its result is from; null: from the shown one. */
  readonly carriedFrom: number | null
  /** The query whose result it has; null: its own. */
  readonly sharedFrom: { readonly run: string; readonly query: string } | null
  readonly error: {
    readonly code: string
    readonly message: string
    readonly sqlState?: string
    readonly offset?: number
  } | null
}

const program = resolve(import.meta.dirname, '../../apps/producer/dist/main.js')
const processesEndWithinMs = 30_000

/** Makes an installation of its own on the servers of this test run. */
export async function createInstallation(): Promise<Installation> {
  const postgresUrl = fromEnvironment('QUERYPOOL_TEST_POSTGRES_URL')
  const redisUrl = fromEnvironment('QUERYPOOL_TEST_REDIS_URL')
  const id = randomBytes(6).toString('hex')
  const [role, journalName, databaseName] = [`e2e_role_${id}`, `e2e_journal_${id}`, `e2e_target_${id}`]
  const password = `word${randomBytes(12).toString('hex')}`
  const admin = new pg.Pool({ connectionString: postgresUrl, max: 2 })
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`)
  await admin.query(`CREATE DATABASE ${journalName}`)
  await admin.query(`CREATE DATABASE ${databaseName} OWNER ${role}`)
  const folder = await mkdtemp(join(tmpdir(), 'querypool-e2e-'))
  // Open to all, so that a server under another user can write the rows to compare with.
  await chmod(folder, 0o777)
  const home = join(folder, 'home')
  const resultsFolder = join(folder, 'results')
  const journalUrl = urlOf(postgresUrl, journalName)
  const databaseUrl = urlOf(postgresUrl, databaseName, role, password)
  const target = openPool(urlOf(postgresUrl, databaseName))
  const journal = openPool(journalUrl)

  const start = (args: readonly string[], options: StartOptions = {}): Running => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      cwd: options.cwd ?? folder,
      env: {
        ...process.env,
        REDIS_URL: redisUrl,
        QUERYPOOL_JOURNAL_URL: journalUrl,
        QUERYPOOL_RESULTS: resultsFolder,
        QUERYPOOL_HOME: home,
        // In CI there would be colours in what is read here.
        NO_COLOR: '1',
        ...options.env,
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const written = finish(child)
    // A command may end before it has read all of it.
    if (options.input !== undefined && child.stdin) pipeline(Readable.from(options.input), child.stdin).catch(() => {})
    return { pid: child.pid ?? 0, ...written, interrupt: () => void child.kill('SIGINT') }
  }
  const querypool = (args: readonly string[], options?: StartOptions): Promise<Finished> => start(args, options).ended
  const batchFile = async (sql: string | Uint8Array, name = 'batch.sql'): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, sql)
    return path
  }
  const count = async (pool: pg.Pool, sql: string): Promise<number> => {
    const { rows } = await pool.query<{ n: number }>(sql)
    return rows[0]?.n ?? Number.NaN
  }

  return {
    folder,
    resultsFolder,
    journalUrl,
    redisUrl,
    databaseUrl,
    databaseName,
    password,
    target,
    journal,
    start,
    querypool,
    batchFile,
    runBatch: async (sql, ...args) =>
      querypool(['run', await batchFile(sql), '--database', databaseUrl, '--json', ...args]),
    countRuns: async () => {
      const isThere = await count(journal, "SELECT count(to_regclass('querypool.run'))::int AS n")
      return isThere === 0 ? 0 : count(journal, 'SELECT count(*)::int AS n FROM querypool.run')
    },
    countBackends: () =>
      count(
        target,
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'qp:%'`,
      ),
    countFences: () =>
      count(
        target,
        `SELECT count(*)::int AS n FROM pg_locks JOIN pg_database d ON d.oid = database
         WHERE locktype = 'advisory' AND d.datname = current_database()`,
      ),
    dispose: async () => {
      await Promise.all([target.end(), journal.end()])
      try {
        await vi.waitFor(async () => expect(await processesOf(home)).toEqual([]), {
          timeout: processesEndWithinMs,
          interval: 200,
        })
      } finally {
        for (const { pid } of await processesOf(home)) endProcess(pid)
        for (const name of [databaseName, journalName]) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
        await admin.query(`DROP ROLE ${role}`)
        await admin.end()
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Reads the document that a command printed as its only output. */
export function documentOf(finished: Finished): RunDocument {
  expect(finished.stdout, `nothing but JSON; on standard error: ${finished.stderr}`).toMatch(/^\{[\s\S]*\}\n$/)
  return JSON.parse(finished.stdout) as RunDocument
}

/** The query of a document that has this name. */
export function queryOf(document: RunDocument, name: string): QueryDocument {
  const found = document.queries.find((query) => query.name === name)
  if (found === undefined) throw new Error(`no query ${name} in ${JSON.stringify(document)}`)
  return found
}

function finish(child: ChildProcess): Pick<Running, 'ended' | 'stdout' | 'stderr'> {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const ended = new Promise<Finished>((resolveEnded, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolveEnded({ status, ...output }))
  })
  return { ended, stdout: () => output.stdout, stderr: () => output.stderr }
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 3 })
  pool.on('error', () => {})
  return pool
}

function urlOf(base: string, database: string, user?: string, password?: string): string {
  const url = new URL(base)
  url.pathname = `/${database}`
  if (user !== undefined) url.username = user
  if (password !== undefined) url.password = password
  return url.href
}
