import { QueryPoolError } from '../errors/index.ts'
import type { HealthAddress } from './serve-health.ts'

/**
 * Where a program serves its health: QUERYPOOL_HEALTH_PORT (0: any free port) on QUERYPOOL_HEALTH_HOST, 127.0.0.1 if not
 * set. Null: no port is named, so nowhere.
 * @throws QP_USAGE for a port that is none
 */
export function readHealthAddress(environment: NodeJS.ProcessEnv): HealthAddress | null {
  const port = environment.QUERYPOOL_HEALTH_PORT
  if (!port) return null
  return { host: environment.QUERYPOOL_HEALTH_HOST || '127.0.0.1', port: readPort('QUERYPOOL_HEALTH_PORT', port) }
}

/** A port from 0 to 65535. @throws QP_USAGE naming the setting */
export function readPort(setting: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new QueryPoolError('QP_USAGE', `${setting} is "${text}", which is no port.`, {
    remedy: 'Set it to a number from 1 to 65535, or to 0 for any free port.',
  })
}
