export { readHealthAddress, readPort } from './read-health-address.ts'
export { type Health, type HealthAddress, type HealthServer, listening, serveHealth } from './serve-health.ts'
