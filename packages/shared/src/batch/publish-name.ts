import { shownText } from './shown-text.ts'

const longestName = 128
const runId = 'r[0-9a-hjkmnp-tv-z]{12}'
const ownQueue = new RegExp(`^(?:(?:runs|results)(?:-${runId})?|queries-.*)$`)

/**
 * Says what is wrong with the name of a queue that results are to be published to; null: nothing.
 * What BullMQ takes as a name is taken, except for the names of QueryPool's own queues, which nobody could tell apart.
 */
export function refusePublishName(name: string): string | null {
  if (name === '') return 'The name of the queue is missing.'
  if (name.includes(':')) return `${shownText(name)} is not the name of a queue: BullMQ allows no \`:\` in it.`
  if (/[\s\p{C}]/u.test(name))
    return `${shownText(name)} is not the name of a queue: it has blanks or control characters.`
  if (name.length > longestName) return `The name of the queue has more than ${longestName} characters.`
  if (ownQueue.test(name)) return `${shownText(name)} is the name of a queue of QueryPool's own; choose another.`
  return null
}
