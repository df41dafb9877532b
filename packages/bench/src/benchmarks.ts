import { benchExport } from './bench-export.ts'
import { benchFair } from './bench-fair.ts'
import { benchMillion } from './bench-million.ts'
import { benchOverhead } from './bench-overhead.ts'
import { benchStream } from './bench-stream.ts'
import { benchTiny } from './bench-tiny.ts'
import { benchUneven } from './bench-uneven.ts'
import { benchWorkload } from './bench-workload.ts'
import type { Benchmark } from './benchmark.ts'

/** All that can be measured, in the order in which it is. */
export const benchmarks: readonly Benchmark[] = [
  {
    name: 'waiting',
    about: 'six queries that wait, against the bound',
    measure: (setting) => benchWorkload('waiting', setting),
  },
  {
    name: 'short',
    about: '80 queries of 0.1 s, against the bound',
    measure: (setting) => benchWorkload('short', setting),
  },
  { name: 'uneven', about: '60 queries of very different length, against bound and plan', measure: benchUneven },
  { name: 'tiny', about: '20,000 queries of nothing, against other queues', measure: benchTiny },
  { name: 'overhead', about: 'what is added before the first query and after the last', measure: benchOverhead },
  { name: 'fair', about: 'six queries behind 100,000, against six alone', measure: benchFair },
  { name: 'export', about: "5,000,000 rows, against psql's \\copy", measure: benchExport },
  { name: 'million', about: '10,000 to 1,000,000 queries, against limits of memory', measure: benchMillion },
  { name: 'stream', about: 'as many from a program, with overseer and worker killed', measure: benchStream },
]
