import { readSchedules } from '@querypool/shared/journal'
import { printJson } from '../print-json.ts'
import { tellIfUnattended } from '../tell-if-unattended.ts'
import { renderSchedules, scheduleDocument } from '../views/render-schedules.ts'
import { withServices } from '../with-services.ts'

/** Prints the schedules that are installed. */
export async function listSchedules(isJson: boolean): Promise<void> {
  await withServices(async ({ journal }) => {
    const schedules = await readSchedules(journal)
    if (schedules.length > 0) await tellIfUnattended(journal)
    if (isJson) return printJson({ schedules: schedules.map(scheduleDocument) })
    console.log(
      schedules.length === 0
        ? 'No schedule is installed. Install some: querypool schedule sync DIR'
        : renderSchedules(schedules),
    )
  })
}
