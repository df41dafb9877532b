import type { Kind } from './kind.ts'
import { knownRead } from './known-read.ts'

/** Many reads that take next to nothing: something of them is always being handed out, collected or finished. */
export const manyReads: Kind = {
  name: 'many-reads',
  make: (key, random) => ({
    key,
    kind: 'many-reads',
    snapshot: 'own',
    queries: Array.from({ length: random.between(30, 80) }, (_, index) =>
      knownRead(key, `many_${index + 1}`, random.between(1, 5), random.between(0, 20) / 100),
    ),
  }),
}
