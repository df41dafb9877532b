import { graphs } from './graphs.ts'
import type { Kind } from './kind.ts'
import { largeReads } from './large-reads.ts'
import { longReads } from './long-reads.ts'
import { manyReads } from './many-reads.ts'
import { shortReads } from './short-reads.ts'
import { snapshots } from './snapshots.ts'
import { writes } from './writes.ts'

/** Every kind of batch. A new one is a file of its own and a line here. */
export const kinds: readonly Kind[] = [longReads, largeReads, manyReads, shortReads, writes, snapshots, graphs]

/** What a batch is chosen from. Most are long ones: a fault that finds nothing running shows nothing. */
export const choices: readonly Kind[] = [longReads, longReads, writes, snapshots, ...kinds]

/** @throws Error when there is no such kind */
export function kindOf(name: string): Kind {
  const found = kinds.find((kind) => kind.name === name)
  if (found === undefined) throw new Error(`There is no kind of batch ${name}.`)
  return found
}
