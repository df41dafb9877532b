import type { Kind } from './kind.ts'
import { knownRead } from './known-read.ts'

/** Some reads of up to some seconds each: they are there when something dies. */
export const longReads: Kind = {
  name: 'long-reads',
  make: (key, random) => ({
    key,
    kind: 'long-reads',
    snapshot: 'own',
    queries: Array.from({ length: random.between(4, 9) }, (_, index) =>
      knownRead(key, `long_${index + 1}`, random.between(1, 50), random.between(5, 60) / 10),
    ),
  }),
}
