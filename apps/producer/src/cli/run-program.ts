import { asQueryPoolError } from '@querypool/shared/errors'
import { CommanderError } from 'commander'
import { buildProgram } from './build-program.ts'

/** Runs one command line to its end and sets the exit status of the process. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  endQuietlyWithoutReader(process.stdout)
  endQuietlyWithoutReader(process.stderr)
  try {
    await buildProgram().parseAsync(argv)
  } catch (thrown) {
    process.exitCode = report(thrown)
  }
}

/** Tells a person what went wrong; commander has already printed its own errors. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  const error = asQueryPoolError(thrown)
  console.error(error.format())
  if (process.env.QUERYPOOL_DEBUG) console.error(error.cause ?? error)
  return error.exitStatus
}

/** `querypool … | head` is no error: whoever read the output has seen enough. */
function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
}
