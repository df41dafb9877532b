import { Command } from 'commander'

interface DoctorOptions {
  readonly database?: string
  readonly json?: true
}

/** `querypool doctor`: looks whether everything that QueryPool needs is there and set so that no data is lost. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check an installation: configuration, Redis, journal, result store, overseers, workers, databases, clocks.',
    )
    .option('--database <url or name>', 'check only this database (default: all of querypool.yaml)')
    .option('--json', 'print one JSON document')
    .action(doctor)
}

async function doctor({ database, json }: DoctorOptions): Promise<void> {
  const { checkInstallation } = await import('../checks/check-installation.ts')
  const { checkNode } = await import('../checks/check-node.ts')
  const { readVersion } = await import('../read-version.ts')
  const found = await checkInstallation(database ?? null, readVersion(), process.env)
  const checks = [checkNode(process.versions.node), ...found]
  if (json) {
    const { printJson } = await import('../print-json.ts')
    printJson({ checks })
  } else {
    const { renderChecks } = await import('../views/render-checks.ts')
    console.log(renderChecks(checks))
  }
  process.exitCode = checks.reduce((status, { exitStatus }) => Math.max(status, exitStatus ?? 0), 0)
}
