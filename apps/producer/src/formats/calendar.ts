// How PostgreSQL writes dates and times with DateStyle ISO and TimeZone UTC, which every query runs with.
const datePattern = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/
const timePattern = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/
const instantPattern = /^(\d{4,7}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?:\+00)?( BC)?$/

const daysBeforeEpoch = 719_468
const daysOfFourCenturies = 146_097
const microsecondsOfDay = 86_400_000_000n

/** Days from 1970-01-01 to a date of PostgreSQL, in the Gregorian calendar at all times; null: infinity. */
export function readDate(text: string): number | null {
  const [, year = '', month = '', day = '', isBc] = datePattern.exec(text) ?? []
  if (year === '') return null
  return daysSinceEpoch(isBc === undefined ? Number(year) : 1 - Number(year), Number(month), Number(day))
}

/** Microseconds from midnight to a `time` of PostgreSQL: 24:00:00 is one; null: not a time. */
export function readTime(text: string): number | null {
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = timePattern.exec(text) ?? []
  if (hours === '') return null
  const wholeSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return wholeSeconds * 1_000_000 + Number(fraction.padEnd(6, '0'))
}

/** Microseconds from 1970-01-01 00:00 to a timestamp of PostgreSQL, with or without time zone; null: infinity. */
export function readInstant(text: string): bigint | null {
  const [, date = '', time = '', era = ''] = instantPattern.exec(text) ?? []
  const days = readDate(`${date}${era}`)
  const microseconds = readTime(time)
  if (days === null || microseconds === null) return null
  return BigInt(days) * microsecondsOfDay + BigInt(microseconds)
}

/**
 * Days from 1970-01-01 to a date; the year before 1 is 0. `Date` ends at the year 275760, PostgreSQL at 5874897. Counted
 * with years that begin in March, so that the leap day is a year's last.
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const yearFromMarch = month > 2 ? year : year - 1
  const cycle = Math.floor(yearFromMarch / 400)
  const yearOfCycle = yearFromMarch - cycle * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const dayOfCycle = yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear
  return cycle * daysOfFourCenturies + dayOfCycle - daysBeforeEpoch
}
