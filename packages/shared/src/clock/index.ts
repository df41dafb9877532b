export { type ClockReading, readClock } from './read-clock.ts'
