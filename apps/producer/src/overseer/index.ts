export { startOverseer } from './start-overseer.ts'
