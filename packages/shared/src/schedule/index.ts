export type { MissedPolicy, OverlapPolicy, ScheduleDefinition } from './definition.ts'
export { scheduleSchema } from './definition-schema.ts'
