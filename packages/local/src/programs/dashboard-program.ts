import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The absolute path of the built program of the dashboard, to be started with node; found like that of the worker. */
export function dashboardProgram(): string {
  return require.resolve('@querypool/dashboard/program')
}
