import { readFile } from 'node:fs/promises'
import type { Oracle } from './round-outcome.ts'

/** `querypool results RUN --verify` finds nothing wrong either; asked of one run of a round, for each takes a process. */
export const checkVerify: Oracle = async ({ stage, submissions }) => {
  const [first] = submissions
  if (first === undefined) return []
  const command = stage.command('results', first.batch.key, '--verify')
  const { status, stdout } = await command.ended
  if (status === 0) return []
  return [`results ${first.batch.key} --verify ends with ${status}: ${stdout} ${await readFile(command.log, 'utf8')}`]
}
