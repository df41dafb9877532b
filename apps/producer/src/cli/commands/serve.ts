import { Command } from 'commander'

/** `querypool serve`: an overseer of the installation, until SIGTERM or Ctrl-C. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Serve the installation as an overseer: dispatch runs, record results, end runs. Any number may serve.',
    )
    .action(async () => {
      const { serveInstallation } = await import('../../serve/index.ts')
      const serving = await serveInstallation(process.env)
      const { onStopSignal } = await import('@querypool/shared/stop')
      await new Promise<void>((resolve) => onStopSignal(resolve))
      await serving.stop()
    })
}
