import { until } from '../until.ts'
import type { Oracle } from './round-outcome.ts'

const endWithinMs = 60_000

/** A command that waits for a run ends when that is over, with a status of a run that is over; or it
 * could not submit it (3), or was killed. */
export const checkCommands: Oracle = async ({ submissions }) => {
  const wrong: string[] = []
  for (const { batch, command } of submissions) {
    if (command === null) continue
    const isOver = await until(endWithinMs, async () => !command.isRunning())
    if (isOver === null) {
      wrong.push(`The command that waits for ${batch.key} goes on although the run is over.`)
      command.force('SIGKILL')
    }
    const { status } = await command.ended
    if (isOver && ![null, 0, 1, 3, 4].includes(status))
      wrong.push(`The command that waits for ${batch.key} has ended with ${status}.`)
  }
  return wrong
}
