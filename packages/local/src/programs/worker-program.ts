import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * The absolute path of the built program of the worker, to be started with node. It is found through the package's
 * export and not by `import.meta.resolve`, which test runners that transform modules do not offer.
 */
export function workerProgram(): string {
  return require.resolve('@querypool/worker/program')
}
