export { chooseStarts, type WaitingSlot } from './choose-starts.ts'
export {
  compareSchedules,
  type FileSchedule,
  type InstalledSchedule,
  type ScheduleChange,
} from './compare-schedules.ts'
export {
  type DecidedSlot,
  type Decisions,
  decideSlots,
  firstAfter,
  type LedgerState,
  onTimeMs,
  type SkipReason,
} from './decide-slots.ts'
export type { MissedPolicy, OverlapPolicy, ScheduleDefinition } from './definition.ts'
export { scheduleSchema } from './definition-schema.ts'
export { formatInstant } from './format-instant.ts'
export { slotAt, slotsOfIntervals } from './intervals.ts'
export { parseInstant } from './parse-instant.ts'
export { type SlotTimes, slotParameters } from './slot-parameters.ts'
export { isTime, nextTime, previousTime, timesBetween } from './slot-times.ts'
