import { asQueryPoolError } from '@querypool/shared/errors'
import { readSettings } from './settings.ts'
import { startDashboard } from './start-dashboard.ts'

// The dashboard program: serves until SIGTERM or SIGINT.
try {
  const dashboard = await startDashboard(readSettings(process.env))
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    dashboard.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.stdout.write(`QueryPool dashboard: ${dashboard.url}/queues\n`)
} catch (thrown) {
  const error = asQueryPoolError(thrown)
  process.stderr.write(`${error.format()}\n`)
  process.exitCode = error.exitStatus
}
