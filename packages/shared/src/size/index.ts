export { parseSize } from './parse-size.ts'
