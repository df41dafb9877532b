export type { Logger } from 'pino'
export { type LogSettings, openLog, readLogSettings, troubleLog } from './open-log.ts'
