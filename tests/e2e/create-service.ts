import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import {
  createInstallation,
  type Finished,
  type Installation,
  type Running,
  type StartOptions,
} from './installation.ts'

/** A program of a service that runs: an overseer, a worker, a dashboard. */
export interface Program extends Running {
  /** Where it serves its health. */
  readonly healthUrl: string
  /** Ends it and what it has started at once, without any chance to clean up. */
  kill(): void
  /** Stops it and what it has started as they are, and lets them go on. */
  freeze(): void
  wake(): void
}

/** An installation with a configuration, whose overseers and workers a test starts and ends as it likes. */
export interface Service extends Installation {
  /** The name under which the configuration has the target database. */
  readonly database: string
  /** Starts a command with the configuration and does not wait for it. */
  startCommand(args: readonly string[], options?: StartOptions): Running
  startOverseer(): Promise<Program>
  /** Starts a worker and waits until it takes queries. */
  startWorker(name: string, ...args: string[]): Promise<Program>
  /** Starts any long-running command in a working folder of its own and waits until it logs where its health is. */
  startProgram(name: string, args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Program>
  /** Ends all programs as Ctrl-C does, then takes everything away. */
  dispose(): Promise<void>
}

const readyWithinMs = 120_000

/**
 * Makes an installation with the database `main` in its configuration.
 * @param yaml what the configuration says of that database besides its URL, and whatever follows at the top level
 * @param variables for all of its programs, on top of those of the installation
 */
export async function createService(
  yaml: { database?: string; rest?: string } = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const installation = await createInstallation()
  const config = join(installation.folder, 'querypool.yaml')
  await writeFile(
    config,
    `databases:\n  main:\n    url: env:MAIN_URL\n    ${yaml.database ?? ''}\n${yaml.rest ?? ''}\n`,
  )
  const env: Record<string, string> = {
    QUERYPOOL_CONFIG: config,
    MAIN_URL: installation.databaseUrl,
    QUERYPOOL_HEALTH_PORT: '0',
    QUERYPOOL_LOG_FORMAT: 'json',
    ...variables,
  }
  const running = new Set<Program>()
  const querypool: Service['querypool'] = (args, options = {}): Promise<Finished> =>
    installation.querypool(args, { ...options, env: { ...env, ...options.env } })

  const startProgram: Service['startProgram'] = async (name, args, variables = {}) => {
    const folder = join(installation.folder, name)
    await mkdir(folder, { recursive: true })
    const started = installation.start(args, { env: { ...env, ...variables }, cwd: folder })
    const healthUrl = await vi.waitFor(
      () => {
        const found = /"health":"([^"]+)"/.exec(started.stderr())
        expect(found, started.stderr()).not.toBeNull()
        return found?.[1] ?? ''
      },
      { timeout: readyWithinMs, interval: 100 },
    )
    const signal = (what: NodeJS.Signals) => (): void => signalTree(started.pid, what)
    const signals = { kill: signal('SIGKILL'), freeze: signal('SIGSTOP'), wake: signal('SIGCONT') }
    const program = { ...started, healthUrl, ...signals }
    running.add(program)
    void started.ended.then(() => running.delete(program))
    return program
  }

  return {
    ...installation,
    database: 'main',
    querypool,
    startProgram,
    startCommand: (args, options = {}) => installation.start(args, { ...options, env: { ...env, ...options.env } }),
    startOverseer: async () => {
      const overseer = await startProgram(`overseer-${running.size}`, ['serve'])
      const { rows } = await installation.journal.query<{ id: string }>('SELECT id FROM querypool.installation')
      env.QUERYPOOL_INSTALLATION = rows[0]?.id ?? ''
      return overseer
    },
    startWorker: (name, ...args) => startProgram(name, ['worker', '--name', name, ...args]),
    dispose: async () => {
      const programs = [...running]
      for (const program of programs) program.wake()
      for (const program of programs) program.interrupt()
      await Promise.all(programs.map(({ ended }) => ended))
      await installation.dispose()
    },
  }
}

function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const child of childrenOf(pid)) signalTree(child, signal)
  // A child may have ended meanwhile, as holders of snapshots do.
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return stdout.split('\n').flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number)
    return parent === pid && child !== undefined ? [child] : []
  })
}
