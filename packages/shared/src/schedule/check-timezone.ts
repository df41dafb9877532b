import { didYouMean } from '../suggestion/index.ts'

/** Why a text is not the name of a time zone, to be read after "must be …"; null: it is one. */
export function refuseTimezone(name: string): string | null {
  // Offsets such as +02:00 are refused: they have no daylight saving, which is hardly ever what is wanted.
  if (/^[A-Za-z]/.test(name) && isKnown(name)) return null
  return `and there is none of that name.${didYouMean(name, Intl.supportedValuesOf('timeZone'))}`
}

function isKnown(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone })
    return true
  } catch {
    return false
  }
}
