export { catalogue, type ErrorCode } from './catalogue.ts'
export { caretUnder, type Fault, formatFault, type Place } from './fault.ts'
export { asQueryPoolError, InvalidDefinition, QueryPoolError } from './query-pool-error.ts'
