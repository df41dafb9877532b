import { Command } from 'commander'

/** `querypool serve`: an overseer of the installation, until SIGTERM or Ctrl-C. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Serve the installation as an overseer: dispatch runs, record results, end runs. Any number may serve.',
    )
    .action(async () => {
      const { serveInstallation } = await import('../../serve/index.ts')
      const serving = await serveInstallation(process.env).catch(leave)
      const { onStopSignal } = await import('@querypool/shared/stop')
      await new Promise<void>((resolve) => onStopSignal(resolve))
      await serving.stop()
    })
}

/** Ends the process at once: what was opened before the fault would keep it alive, and whoever looks after it waiting. */
async function leave(thrown: unknown): Promise<never> {
  const { asQueryPoolError } = await import('@querypool/shared/errors')
  const error = asQueryPoolError(thrown)
  console.error(error.format())
  process.exit(error.exitStatus)
}
