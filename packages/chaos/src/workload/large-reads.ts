import type { Kind } from './kind.ts'
import { knownRead } from './known-read.ts'

/** A few reads of up to two megabytes: they are being written when something dies. */
export const largeReads: Kind = {
  name: 'large-reads',
  make: (key, random) => ({
    key,
    kind: 'large-reads',
    snapshot: 'own',
    queries: Array.from({ length: random.between(2, 3) }, (_, index) =>
      knownRead(key, `large_${index + 1}`, random.between(5_000, 50_000), random.between(0, 10) / 10),
    ),
  }),
}
