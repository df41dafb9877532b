import type { ScheduleDefinition } from './definition.ts'

/** A schedule as it is installed. */
export interface InstalledSchedule {
  readonly name: string
  readonly file: string
  readonly hash: string
  readonly definition: ScheduleDefinition
}

/** A schedule as a file says it. */
export interface FileSchedule {
  readonly name: string
  readonly file: string
  readonly hash: string
}

/** What is to be done so that what is installed equals the files. */
export type ScheduleChange<File extends FileSchedule = FileSchedule> =
  | { readonly kind: 'add' | 'change' | 'keep'; readonly name: string; readonly from: File }
  /** Its file stays where it is, with another name of the batch in it: the ledger goes with it. */
  | { readonly kind: 'rename'; readonly name: string; readonly oldName: string; readonly from: File }
  | { readonly kind: 'remove'; readonly name: string; readonly file: string }

/**
 * Compares the schedules that are installed with those of the files, by their names. A name that is gone from its file, which
 * now has one that is not installed, was changed there.
 */
export function compareSchedules<File extends FileSchedule>(
  installed: readonly InstalledSchedule[],
  files: readonly File[],
): ScheduleChange<File>[] {
  const known = new Map(installed.map((schedule) => [schedule.name, schedule]))
  const wanted = new Set(files.map(({ name }) => name))
  const goneByFile = new Map(installed.filter(({ name }) => !wanted.has(name)).map((gone) => [gone.file, gone]))
  const changes = files.map((from): ScheduleChange<File> => {
    const { name, file, hash } = from
    const same = known.get(name)
    if (same !== undefined) return { kind: same.hash === hash && same.file === file ? 'keep' : 'change', name, from }
    const gone = goneByFile.get(file)
    if (gone === undefined) return { kind: 'add', name, from }
    goneByFile.delete(file)
    return { kind: 'rename', name, oldName: gone.name, from }
  })
  const removed = [...goneByFile.values()].map(({ name, file }) => ({ kind: 'remove' as const, name, file }))
  return [...changes, ...removed]
}
