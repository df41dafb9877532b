import { Command } from 'commander'
import { addListing } from '../add-listing.ts'
import { requester } from '../requester.ts'
import { withServices } from '../with-services.ts'

/** `querypool schedule`: installs schedules from files, shows them, pauses and triggers them. */
export function scheduleCommand(): Command {
  const schedule = new Command('schedule').description('Install schedules from batch files; show, pause, trigger them.')
  addListing(schedule, 'Show the schedules, their next slots and how the last ones ended.', async ({ json }) => {
    const { listSchedules } = await import('./schedule-list.ts')
    await listSchedules(json === true)
  })
  schedule.addCommand(syncCommand())
  schedule.addCommand(showCommand())
  schedule.addCommand(
    new Command('pause')
      .description('Let no slot of a schedule begin; what runs goes on to its end.')
      .argument('<name>', 'name of the schedule')
      .action(pause),
  )
  schedule.addCommand(
    new Command('resume')
      .description('Let a paused schedule go on; what came due meanwhile is made up for as its `missed` says.')
      .argument('<name>', 'name of the schedule')
      .action(resume),
  )
  schedule.addCommand(triggerCommand())
  return schedule
}

function syncCommand(): Command {
  return new Command('sync')
    .description('Make the installed schedules equal those of the batch files in a folder; tells what differs first.')
    .argument('<dir>', 'folder with batch files in YAML; those below it count, too')
    .option('--dry-run', 'only tell what differs')
    .option('--remove-all', 'remove every schedule when no file of the folder has one')
    .option('--json', 'print one JSON document')
    .action(async (folder: string, options: { dryRun?: true; removeAll?: true; json?: true }) => {
      const { syncFolder } = await import('./schedule-sync.ts')
      await syncFolder(folder, options)
    })
}

function showCommand(): Command {
  return new Command('show')
    .description('Show a schedule, its next slots and its last ones; or a version of its file, as it was kept.')
    .argument('<name>', 'name of the schedule')
    .option('--file-version <n>', 'print that version of its file')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: { fileVersion?: string; json?: true }) => {
      const { showSchedule } = await import('./schedule-show.ts')
      await showSchedule(name, options)
    })
}

function triggerCommand(): Command {
  return new Command('trigger')
    .description('Run a slot now, once more if it has run: the last one that has come due, or a given one.')
    .argument('<name>', 'name of the schedule')
    .option('--slot <instant>', 'the time of the slot; without an offset by the clock of the schedule')
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: { slot?: string; json?: true }) => {
      const { trigger } = await import('./schedule-trigger.ts')
      await trigger(name, options)
    })
}

async function pause(name: string): Promise<void> {
  await withServices(async ({ journal }) => {
    const { pauseSchedule } = await import('@querypool/shared/journal')
    const isNew = await pauseSchedule(journal, name, requester())
    console.log(isNew ? `${name} is paused: what runs goes on, nothing new begins.` : `${name} was paused already.`)
  })
}

async function resume(name: string): Promise<void> {
  await withServices(async ({ journal }) => {
    const { resumeSchedule } = await import('@querypool/shared/journal')
    console.log((await resumeSchedule(journal, name)) ? `${name} goes on.` : `${name} was not paused.`)
  })
}
