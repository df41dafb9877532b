import { didYouMean } from '../suggestion/index.ts'
import type { FaultList } from './fault-list.ts'
import { findCycles } from './find-cycles.ts'
import type { PlacedNeed } from './options.ts'
import { shownText } from './shown-text.ts'

/** A query that needs others. */
export interface NeedingQuery {
  readonly name: string
  readonly needs: readonly PlacedNeed[]
}

// Among so many is looked for what was meant by a name that no query has.
const mostCandidates = 10_000
// So many names of a long cycle are shown from its beginning.
const mostOfCycle = 12

/**
 * Puts on the list what is wrong with the needs of a whole batch: names that no query has, a query that needs itself, one
 * that is needed twice by the same, and cycles, each as the path of it.
 * @param names of all queries of the batch
 * @param needing those that need others
 */
export function refuseNeeds(names: Iterable<string>, needing: readonly NeedingQuery[], faults: FaultList): void {
  if (needing.every(({ needs }) => needs.length === 0)) return
  const known = new Set(names)
  const sound = needing.map((query) => ({ name: query.name, needs: soundNeeds(query, known, faults) }))
  for (const { path, closing } of findCycles(sound)) {
    const left = path.length - mostOfCycle
    const shown = left > 1 ? [...path.slice(0, mostOfCycle), `… (${left - 1} more)`, path.at(-1)] : path
    faults.add('QP_NEED_CYCLE', closing.place, `Each needs the next, and none can begin: ${shown.join(' -> ')}.`)
  }
}

/** The needs of a query without those that are faults by themselves. */
function soundNeeds({ name, needs }: NeedingQuery, known: ReadonlySet<string>, faults: FaultList): PlacedNeed[] {
  const seen = new Set<string>()
  return needs.filter((need) => {
    const isTwice = seen.has(need.name)
    seen.add(need.name)
    if (isTwice) faults.add('QP_NEED_TWICE', need.place, `${shownText(name)} needs ${shownText(need.name)} twice.`)
    else if (need.name === name) faults.add('QP_NEED_SELF', need.place, `${shownText(name)} needs itself.`)
    else if (!known.has(need.name)) {
      const hint = didYouMean(need.name, candidates(known, name))
      faults.add('QP_NEED_UNKNOWN', need.place, `No query of the batch has the name ${shownText(need.name)}.${hint}`)
    } else return true
    return false
  })
}

function* candidates(known: ReadonlySet<string>, without: string): Generator<string> {
  let count = 0
  for (const name of known) {
    if (count++ === mostCandidates) return
    if (name !== without) yield name
  }
}
