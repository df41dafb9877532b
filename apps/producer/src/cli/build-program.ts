import { Command } from 'commander'
import { backfillCommand } from './commands/backfill.ts'
import { cancelCommand } from './commands/cancel.ts'
import { dashboardCommand } from './commands/dashboard.ts'
import { databasesCommand } from './commands/databases.ts'
import { doctorCommand } from './commands/doctor.ts'
import { planCommand } from './commands/plan.ts'
import { privateOverseerCommand } from './commands/private-overseer.ts'
import { resultsCommand } from './commands/results.ts'
import { retryCommand } from './commands/retry.ts'
import { runCommand } from './commands/run.ts'
import { runsCommand } from './commands/runs.ts'
import { scheduleCommand } from './commands/schedule.ts'
import { serveCommand } from './commands/serve.ts'
import { snapshotHolderCommand } from './commands/snapshot-holder.ts'
import { statusCommand } from './commands/status.ts'
import { upCommand } from './commands/up.ts'
import { validateCommand } from './commands/validate.ts'
import { workerCommand } from './commands/worker.ts'
import { workersCommand } from './commands/workers.ts'
import { readVersion } from './read-version.ts'

/** The command line `querypool`. Wrong usage throws a CommanderError after it was told on standard error. */
export function buildProgram(): Command {
  const program = new Command('querypool')
    .description('Runs batches of SQL queries on PostgreSQL, durably: what was started is finished or told.')
    .version(readVersion(), '-V, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('See `querypool --help`, or `--help` after the command.')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit status: 0 succeeded, 1 failures, 2 wrong usage or definition, 3 service unreachable, 4 cancelled.',
    )
  const visible = [
    runCommand(),
    validateCommand(),
    planCommand(),
    runsCommand(),
    statusCommand(),
    resultsCommand(),
    cancelCommand(),
    retryCommand(),
    scheduleCommand(),
    backfillCommand(),
    upCommand(),
    serveCommand(),
    workerCommand(),
    workersCommand(),
    databasesCommand(),
    dashboardCommand(),
    doctorCommand(),
  ]
  for (const command of visible) {
    program.addCommand(command.copyInheritedSettings(program))
    for (const nested of command.commands) nested.copyInheritedSettings(program)
  }
  for (const command of [privateOverseerCommand(), snapshotHolderCommand()])
    program.addCommand(command.copyInheritedSettings(program), { hidden: true })
  return program
}
