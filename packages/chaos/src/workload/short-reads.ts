import type { Kind } from './kind.ts'
import { knownRead } from './known-read.ts'

/** Reads that are said to take next to nothing, so that jobs carry several of them; some take longer than was said. */
export const shortReads: Kind = {
  name: 'short-reads',
  make: (key, random) => ({
    key,
    kind: 'short-reads',
    snapshot: 'own',
    queries: Array.from({ length: random.between(150, 300) }, (_, index) => ({
      ...knownRead(key, `short_${index + 1}`, random.between(1, 3), random.between(1, 20) === 1 ? 1 : 0.005),
      expectMs: 1,
    })),
  }),
}
