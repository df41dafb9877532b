export { type Attendant, attendRun } from './attend-run.ts'
export type { PrivateOrders } from './private-orders.ts'
export { servePrivateRun } from './serve-private-run.ts'
