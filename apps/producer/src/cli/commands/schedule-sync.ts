import { readConfig } from '@querypool/shared/config'
import { catalogue, formatFault, QueryPoolError } from '@querypool/shared/errors'
import { readInstalled, type ScheduledFile, syncSchedules } from '@querypool/shared/journal'
import { compareSchedules, type InstalledSchedule, type ScheduleChange } from '@querypool/shared/schedule'
import { readScheduledFiles } from '../../schedules/read-scheduled-files.ts'
import { printJson } from '../print-json.ts'
import { requester } from '../requester.ts'
import { tellIfUnattended } from '../tell-if-unattended.ts'
import { describeChange } from '../views/describe-change.ts'
import { withServices } from '../with-services.ts'

interface SyncOptions {
  readonly dryRun?: true
  readonly removeAll?: true
  readonly json?: true
}

type Change = ScheduleChange<ScheduledFile>

/**
 * Makes the installed schedules equal the files of a folder, and tells what differs first.
 * @throws InvalidDefinition when any file has a fault: then nothing is changed
 */
export async function syncFolder(folder: string, options: SyncOptions): Promise<void> {
  const { files, warnings } = await readScheduledFiles(folder, await readConfig(process.env))
  for (const warning of warnings) console.error(`Warning: ${formatFault(warning, catalogue[warning.code].remedy)}`)
  await withServices(async ({ journal }) => {
    const compare = (installed: readonly InstalledSchedule[]): Change[] => {
      if (files.length === 0 && installed.length > 0 && !options.removeAll)
        throw new QueryPoolError('QP_SCHEDULE_NONE', `No file in ${folder} has a schedule.`)
      return compareSchedules(installed, files)
    }
    const installed = await readInstalled(journal.pool)
    const changes = compare(installed)
    if (options.json) printJson({ dryRun: options.dryRun === true, changes: changes.map(changeDocument), warnings })
    else for (const line of linesOf(changes, installed)) console.log(line)
    if (options.dryRun) return
    await syncSchedules(journal, compare, requester())
    if (files.length > 0) await tellIfUnattended(journal)
    if (!options.json && changes.some(({ kind }) => kind !== 'keep')) console.log('Done.')
  })
}

function linesOf(changes: readonly Change[], installed: readonly InstalledSchedule[]): string[] {
  const before = new Map(installed.map((schedule) => [schedule.name, schedule]))
  const kept = changes.filter(({ kind }) => kind === 'keep').length
  const lines = changes.filter(({ kind }) => kind !== 'keep').flatMap((change) => describeChange(change, before))
  return [
    ...lines,
    `${kept} ${kept === 1 ? 'schedule is' : 'schedules are'} as in ${kept === 1 ? 'its file' : 'their files'}.`,
  ]
}

function changeDocument(change: Change): object {
  if (change.kind === 'remove') return { kind: change.kind, name: change.name, file: change.file }
  const { kind, name, from } = change
  const renamed = kind === 'rename' ? { oldName: change.oldName } : {}
  return { kind, name, ...renamed, file: from.file }
}
