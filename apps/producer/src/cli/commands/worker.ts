import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Command } from 'commander'

/** `querypool worker`: starts the worker program, with embedded servers where the environment names none. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Serve databases as a worker of the installation: take queries and run them, N at once at the most.')
    .option('--concurrency <n>', 'how many queries may run at once (default: 5)')
    .option('--database <name>', 'a database to serve; repeatable (default: all of querypool.yaml)', collect, [])
    .option('--name <name>', 'what to be called (default: host and process id)')
    .option('--grace <duration>', 'how long running queries may go on when asked to stop (default: 10s)')
    .action(runWorker)
}

interface WorkerOptions {
  readonly concurrency?: string
  readonly database: readonly string[]
  readonly name?: string
  readonly grace?: string
}

async function runWorker(options: WorkerOptions): Promise<void> {
  const { locateServers, readSettings } = await import('../../environment/index.ts')
  const { readConfig } = await import('@querypool/shared/config')
  const { workerProgram } = await import('@querypool/local/programs')
  const { progressOnStderr } = await import('../with-services.ts')
  const { onStopSignal } = await import('@querypool/shared/stop')
  const settings = readSettings(process.env, await readConfig(process.env))
  // A worker needs no journal, so one is not started for it.
  const embedded = settings.redisUrl === null ? await locateServers(settings, progressOnStderr) : null
  const child = spawn(process.execPath, [workerProgram(), ...argumentsOf(options)], {
    // Without this process the other one stops, however this one ended: that is what the channel is for.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A Redis that the environment names, it names to the worker, too: in a file, if it does so here.
    env: {
      ...process.env,
      ...(embedded === null ? {} : { REDIS_URL: embedded.redisUrl }),
      QUERYPOOL_RESULTS: settings.storeLocation,
    },
  })
  onStopSignal(() => child.kill('SIGTERM'))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  process.exitCode = code ?? (signal === null ? 1 : 130)
}

function argumentsOf({ concurrency, database, name, grace }: WorkerOptions): string[] {
  return [
    ...(concurrency === undefined ? [] : ['--concurrency', concurrency]),
    ...database.flatMap((each) => ['--database', each]),
    ...(name === undefined ? [] : ['--name', name]),
    ...(grace === undefined ? [] : ['--grace', grace]),
  ]
}

function collect(given: string, before: readonly string[]): readonly string[] {
  return [...before, given]
}
