import { readServerRun, readWorkers, registerPrefix } from '@querypool/shared/queue'
import type { Charges } from './charge.ts'
import type { RegisterLook } from './silence.ts'

/** An attempt by a name of its own: jobs are numbered over all generations of a run. */
export function nameOfAttempt({ run, job, attempt }: { run: string; job: number | null; attempt: number }): string {
  return `${run}/${job}/${attempt}`
}

/** Gives what looks at the register of the workers of an overseer's runs. */
export function lookAtRegister({ connection, privateRun }: Charges): () => Promise<RegisterLook> {
  const { redis } = connection
  const prefix = registerPrefix(connection.prefix, privateRun)
  let connections = 0
  redis.on('ready', () => {
    connections += 1
  })
  return async () => {
    const askedAtMs = performance.now()
    const server = await readServerRun(connection)
    const workers = await readWorkers(redis, prefix)
    return {
      askedAtMs,
      answeredAtMs: performance.now(),
      connection: `${server}/${connections}`,
      workers: workers.map(({ id, saidAt, running }) => ({ id, saidAt, attempts: running.map(nameOfAttempt) })),
    }
  }
}
