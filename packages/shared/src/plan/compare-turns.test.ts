import { expect, test } from 'vitest'
import { compareTurns } from './compare-turns.ts'
import { seededChance } from './draw-durations.ts'
import { schedule } from './schedule.ts'

const trials = 2000
const chance = seededChance(7)

test.each([
  ['follow the durations closely', 0.3, 0.99],
  ['are off by a factor of ten either way', 1, 1],
  // Equal but for what chance leaves of so many trials.
  ['have nothing to do with them', 20, 1.005],
])(
  'on a first run the order by costs is on average not worse than that of the file, where costs %s',
  (_, decadesOff, mostRatio) => {
    let byCostMs = 0
    let inFileOrderMs = 0
    for (let trial = 0; trial < trials; trial++) {
      // From 1 ms to 10 s, in a file in no order.
      const durationsMs = Array.from({ length: 20 }, () => 10 ** (4 * chance()))
      const turns = durationsMs.map((ms, position) => ({
        position,
        expectedMs: null,
        restMs: 0,
        costMagnitude: Math.floor(Math.log10(ms) + decadesOff * (2 * chance() - 1)),
      }))
      const byCost = turns.toSorted(compareTurns).map(({ position }) => durationsMs[position] ?? 0)
      byCostMs += schedule(byCost, 3).wallMs
      inFileOrderMs += schedule(durationsMs, 3).wallMs
    }
    expect(byCostMs / inFileOrderMs).toBeLessThan(mostRatio)
  },
)
