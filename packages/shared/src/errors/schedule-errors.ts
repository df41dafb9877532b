import type { CatalogueEntry } from './catalogue-entry.ts'

/** Schedules, and why a slot of one has no run. */
export const scheduleErrors = {
  QP_SCHEDULE_UNKNOWN: {
    means: 'No schedule of that name is installed.',
    remedy: 'See `querypool schedule list`; schedules are installed from files with `querypool schedule sync DIR`.',
    exitStatus: 2,
  },
  QP_SCHEDULE_TWICE: {
    means: 'Two files of a folder have batches of one name, which is that of their schedules.',
    remedy: 'Give one of them another `name`.',
    exitStatus: 2,
  },
  QP_SCHEDULE_DATABASE: {
    means: 'A scheduled batch does not say on which database of the configuration it runs.',
    remedy: 'Write `database: NAME` into its file, with a name from querypool.yaml.',
    exitStatus: 2,
  },
  QP_SCHEDULE_NONE: {
    means: 'No file of the folder has a schedule, although some are installed.',
    remedy: 'Check the folder. To remove every schedule, give --remove-all.',
    exitStatus: 2,
  },
  QP_SLOT_UNKNOWN: {
    means: 'An instant is not the time of a slot of the schedule, or its time has not come yet.',
    remedy: 'See `querypool schedule show NAME` for its slots, or leave --slot away to run the last one.',
    exitStatus: 2,
  },
  QP_SLOT_OPEN: {
    means: 'A slot already waits for its run, or has one that is not over.',
    remedy: 'Wait for it, or cancel its run.',
    exitStatus: 2,
  },
  QP_INSTANT_INVALID: {
    means: 'A text is not an instant.',
    remedy:
      'Write a date, a date with a time of day, or these with an offset: 2026-01-31, 2026-01-31T02:30, 2026-01-31T02:30Z.',
    exitStatus: 2,
  },
  QP_BACKFILL_RANGE: {
    means: 'A backfill has no slots, or too many of them.',
    remedy: 'Give another --from and --to: the intervals that begin from the one until before the other are meant.',
    exitStatus: 2,
  },
  QP_BACKFILL_UNKNOWN: {
    means: 'There is no backfill of that id.',
    remedy: 'See `querypool backfill list`.',
    exitStatus: 2,
  },
  QP_CLOCK_IN_SCHEDULE: {
    means: 'A scheduled query asks the clock, so that a late or repeated run sees other data than one in time.',
    remedy: 'Use `:slot`, or `:interval_start` and `:interval_end`, instead.',
    exitStatus: 2,
  },
  QP_SLOT_MISSED: {
    means: 'No overseer was there when the slot came due, or the schedule was paused; it does not make up for it.',
    remedy: 'Run it with `querypool schedule trigger NAME --slot T`, or write `missed: all`.',
    exitStatus: 1,
  },
  QP_SLOT_TOO_LATE: {
    means: 'The slot was missed for longer than `missedWithin`.',
    remedy: 'Run what is missing with `querypool backfill NAME --from T --to T`, or write a longer `missedWithin`.',
    exitStatus: 1,
  },
  QP_SLOT_OVERLAP: {
    means: 'The slot came due while a run of an earlier one was not over, and the schedule skips it then.',
    remedy: 'Run it with `querypool schedule trigger NAME --slot T`, or write `overlap: queue`.',
    exitStatus: 1,
  },
  QP_SLOT_SUPERSEDED: {
    means: 'The slot waited when a newer one came due that takes its place.',
    remedy: 'Run it with `querypool schedule trigger NAME --slot T`, or write `overlap: queue`.',
    exitStatus: 1,
  },
  QP_SLOT_WITHDRAWN: {
    means: 'The slot waited when its schedule was removed.',
    remedy: 'Install the schedule again, and run it with `querypool schedule trigger NAME --slot T`.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
