export { onStopSignal } from './on-stop-signal.ts'
