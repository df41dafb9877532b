export type { NotifyDefinition, NotifyEvent } from './definition.ts'
export { notifySchema } from './definition-schema.ts'
