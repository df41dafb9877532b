import { QueryPoolError } from '@querypool/shared/errors'
import { Command } from 'commander'

interface DoctorOptions {
  readonly database?: string
  readonly initLedger?: true
  readonly ledgerRole?: string
  readonly json?: true
}

/** `querypool doctor`: looks whether everything that QueryPool needs is there and set so that no data is lost. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check an installation: configuration, Redis, journal, result store, overseers, workers, databases, clocks.',
    )
    .option('--database <url or name>', 'check only this database (default: all of querypool.yaml)')
    .option('--init-ledger', 'make the ledger there that queries with `effect: write` need')
    .option('--ledger-role <role>', 'with --init-ledger: a role that is to write there, if it is not that of the URL')
    .option('--json', 'print one JSON document')
    .action(doctor)
}

async function doctor({ database, initLedger, ledgerRole, json }: DoctorOptions): Promise<void> {
  if (initLedger && database === undefined)
    throw new QueryPoolError('QP_USAGE', '--init-ledger goes with --database, which says where to make it.')
  if (ledgerRole !== undefined && !initLedger)
    throw new QueryPoolError('QP_USAGE', '--ledger-role goes with --init-ledger.')
  const { checkInstallation, makeLedger } = await import('../checks/check-installation.ts')
  const { checkNode } = await import('../checks/check-node.ts')
  const { readVersion } = await import('../read-version.ts')
  const made = initLedger ? await makeLedger(database ?? '', ledgerRole ?? null, process.env) : []
  const found = await checkInstallation(database ?? null, readVersion(), process.env)
  const checks = [checkNode(process.versions.node), ...made, ...found]
  if (json) {
    const { printJson } = await import('../print-json.ts')
    printJson({ checks })
  } else {
    const { renderChecks } = await import('../views/render-checks.ts')
    console.log(renderChecks(checks))
  }
  process.exitCode = checks.reduce((status, { exitStatus }) => Math.max(status, exitStatus ?? 0), 0)
}
