import { asQueryPoolError } from '@querypool/shared/errors'
import { openLog, readLogSettings } from '@querypool/shared/log'
import { onStopSignal } from '@querypool/shared/stop'
import { readSettings } from './settings.ts'
import { startDashboard } from './start-dashboard.ts'

// The dashboard program: serves until SIGTERM or Ctrl-C.
try {
  const log = openLog('dashboard', readLogSettings(process.env, process.stderr.isTTY === true))
  const settings = await readSettings(process.env)
  const dashboard = await startDashboard(settings, log)
  onStopSignal(() => {
    log.info('The dashboard stops.')
    dashboard.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
  log.info({ health: dashboard.url, token: settings.token !== null }, `The dashboard serves: ${dashboard.url}`)
} catch (thrown) {
  const error = asQueryPoolError(thrown)
  process.stderr.write(`${error.format()}\n`)
  process.exitCode = error.exitStatus
}
