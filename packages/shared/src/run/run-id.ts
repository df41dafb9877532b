import { randomInt } from 'node:crypto'

// Crockford's base 32: no letters that are easily confused (https://www.crockford.com/base32.html).
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const epochMs = Date.UTC(2020, 0, 1)

/**
 * A new run id: `r` and 12 characters, the first seven of which are the time in seconds, so that ids sort by age.
 * Never a pure integer and without `:`, both of which BullMQ refuses in job ids.
 */
export function newRunId(now: Date = new Date()): string {
  let seconds = Math.floor((now.getTime() - epochMs) / 1000)
  let time = ''
  for (let digit = 0; digit < 7; digit++) {
    time = alphabet[seconds % 32] + time
    seconds = Math.floor(seconds / 32)
  }
  const random = Array.from({ length: 5 }, () => alphabet[randomInt(32)]).join('')
  return `r${time}${random}`
}
