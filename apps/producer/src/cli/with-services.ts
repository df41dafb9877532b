import type { Services, Settings } from '../environment/index.ts'

/** Opens the services for one command and closes them when it is done. What takes its time is told on standard error. */
export async function withServices<Result>(
  action: (services: Services, settings: Settings) => Promise<Result>,
): Promise<Result> {
  const { openServices, readSettings } = await import('../environment/index.ts')
  const { readConfig } = await import('@querypool/shared/config')
  const settings = readSettings(process.env, await readConfig(process.env))
  const services = await openServices(settings, progressOnStderr)
  try {
    return await action(services, settings)
  } finally {
    await services.close()
  }
}

/** Tells on standard error what is being waited for. */
export function progressOnStderr(message: string): void {
  console.error(`${message} …`)
}
