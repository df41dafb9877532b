export { formatBytes } from './format-bytes.ts'
export { parseSize } from './parse-size.ts'
