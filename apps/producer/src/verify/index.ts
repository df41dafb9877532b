export { type Damage, type Verified, verifyResults } from './verify-results.ts'
