export { readHealthAddress, readPort } from './read-health-address.ts'
export {
  answerHealth,
  type Health,
  type HealthAddress,
  type HealthServer,
  listening,
  serveHealth,
  urlOf,
} from './serve-health.ts'
