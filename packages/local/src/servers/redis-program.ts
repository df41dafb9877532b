import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { serverEnvironment } from './start-server.ts'

/** A Redis (or Valkey) server program, and the folder of the libraries that it needs beside the machine's own. */
export interface RedisProgram {
  readonly path: string
  readonly libraries?: string | undefined
}

const run = promisify(execFile)

/** Whether a program can be started and calls itself Redis or Valkey of a version that BullMQ works with. */
export async function isNewEnough(program: RedisProgram): Promise<boolean> {
  try {
    const { stdout } = await run(program.path, ['--version'], { env: serverEnvironment(program.libraries) })
    const [, major, minor] = /\bv=(\d+)\.(\d+)/.exec(stdout) ?? []
    return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2)
  } catch {
    return false
  }
}
