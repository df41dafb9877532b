export { workerProgram } from './worker-program.ts'
