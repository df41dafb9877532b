export { formatDuration } from './format-duration.ts'
export { parseDuration } from './parse-duration.ts'
