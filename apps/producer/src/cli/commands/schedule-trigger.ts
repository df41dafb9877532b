import { readConfig } from '@querypool/shared/config'
import { triggerSlot } from '@querypool/shared/journal'
import { formatInstant } from '@querypool/shared/schedule'
import { findSchedule, readInstant } from '../find-schedule.ts'
import { printJson } from '../print-json.ts'
import { runMeans } from '../run-means.ts'
import { tellIfUnattended } from '../tell-if-unattended.ts'
import { withServices } from '../with-services.ts'

/**
 * Has a slot of a schedule run.
 * @throws QP_SCHEDULE_UNKNOWN, QP_INSTANT_INVALID, QP_SLOT_UNKNOWN, QP_SLOT_OPEN
 */
export async function trigger(name: string, { slot, json }: { slot?: string; json?: true }): Promise<void> {
  await withServices(async (services) => {
    const schedule = await findSchedule(services.journal, name)
    const given = slot === undefined ? null : readInstant('slot', slot, schedule)
    const means = await runMeans(services, await readConfig(process.env))
    const { at, run } = await triggerSlot(services.journal, name, given, means)
    await tellIfUnattended(services.journal)
    if (json) return printJson({ schedule: name, slot: at, run })
    const shown = formatInstant(at, schedule.definition.timezone)
    console.log(
      run === null
        ? `The slot ${shown} of ${name} waits until what runs of it is over.`
        : `The slot ${shown} of ${name} is run ${run}.\nFollow it: querypool status ${run} --watch`,
    )
  })
}
