import { Command } from 'commander'
import type { Check } from '../checks/check.ts'

interface DoctorOptions {
  readonly database?: string
  readonly json?: true
}

/** `querypool doctor`: looks whether everything that QueryPool needs is there and set so that no data is lost. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what QueryPool needs: Node.js, Redis, the journal, the result store, and a database.')
    .option('--database <url>', 'a target database to check too')
    .option('--json', 'print one JSON document')
    .action(doctor)
}

async function doctor({ database, json }: DoctorOptions): Promise<void> {
  const { checkTarget } = await import('../checks/check-target.ts')
  const { checkServices } = await import('../checks/check-services.ts')
  const { checkNode } = await import('../checks/check-node.ts')
  const checks: Check[] = [checkNode(process.versions.node), ...(await checkServices())]
  if (database !== undefined) checks.push(...(await checkTarget(database)))
  if (json) {
    const { printJson } = await import('../print-json.ts')
    printJson({ checks })
  } else for (const check of checks) tell(check)
  process.exitCode = checks.reduce((status, { exitStatus }) => Math.max(status, exitStatus ?? 0), 0)
}

function tell({ name, verdict, message, remedy }: Check): void {
  console.log(`${verdict.padEnd(4)}  ${name}: ${message}`)
  if (remedy !== undefined) console.log(`      → ${remedy}`)
}
