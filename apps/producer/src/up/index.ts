export { runEverything } from './run-everything.ts'
