export { runHolder } from './run-holder.ts'
export { startHolder } from './start-holder.ts'
