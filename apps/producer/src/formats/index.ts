export { type Format, formats, isBinary } from './format.ts'
export { writeResult } from './write-result.ts'
