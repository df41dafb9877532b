export { dashboardProgram } from './dashboard-program.ts'
export { workerProgram } from './worker-program.ts'
