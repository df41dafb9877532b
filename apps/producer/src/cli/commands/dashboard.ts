import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Command } from 'commander'

/** `querypool dashboard`: starts the dashboard program, with embedded servers where the environment names none. */
export function dashboardCommand(): Command {
  return new Command('dashboard')
    .description('Serve the pages of the installation in a browser: runs, queues, health and metrics. Read-only.')
    .option('--host <host>', 'the address to listen on (default: 127.0.0.1); another one needs a token')
    .option('--port <port>', 'the port to listen on, 0: any free one (default: 3000)')
    .action(runDashboard)
}

async function runDashboard({ host, port }: { readonly host?: string; readonly port?: string }): Promise<void> {
  const { locateServers, readSettings } = await import('../../environment/index.ts')
  const { readConfig } = await import('@querypool/shared/config')
  const { dashboardProgram } = await import('@querypool/local/programs')
  const { progressOnStderr } = await import('../with-services.ts')
  const settings = readSettings(process.env, await readConfig(process.env))
  const { redisUrl, journalUrl } = await locateServers(settings, progressOnStderr)
  const { onStopSignal } = await import('@querypool/shared/stop')
  const child = spawn(process.execPath, [dashboardProgram()], {
    // Without this process the other one stops, however this one ended: that is what the channel is for.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      REDIS_URL: redisUrl,
      QUERYPOOL_JOURNAL_URL: journalUrl,
      ...(host === undefined ? {} : { QUERYPOOL_DASHBOARD_HOST: host }),
      ...(port === undefined ? {} : { QUERYPOOL_DASHBOARD_PORT: port }),
    },
  })
  onStopSignal(() => child.kill('SIGTERM'))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  process.exitCode = code ?? (signal === null ? 1 : 130)
}
