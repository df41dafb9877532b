import { QueryPoolError } from '@querypool/shared/errors'
import { readFeed, readPulse } from '@querypool/shared/journal'
import { isTerminal } from '@querypool/shared/run'
import type { Connection } from './connection.ts'
import type { WaitOptions } from './options.ts'
import { QueryResult } from './query-result.ts'
import { EventTeller } from './tell-events.ts'

/** The results of a run as they come, each once, until the run is over and all have been read. */
export async function* readResults(
  connection: Connection,
  run: string,
  { after, signal }: WaitOptions & { readonly after?: string },
): AsyncGenerator<QueryResult, void, undefined> {
  let place = after === undefined ? '0' : placeOf(run, after)
  const watch = await connection.watch(run, signal)
  const teller = new EventTeller(connection)
  try {
    for (;;) {
      // Before the results: those of a run that is over are all there.
      const pulse = await connection.ask(signal, (journal) => readPulse(journal, run))
      const items = await connection.ask(signal, (journal) => readFeed(journal, run, place))
      for (const item of items) {
        yield new QueryResult(connection, pulse, item, `${run}.${item.feed}`)
        place = item.feed
      }
      if (items.length > 0) continue
      if (isTerminal(pulse.state)) return
      await connection.ask(signal, (journal) => teller.look(journal, pulse))
      await watch.wait()
    }
  } finally {
    watch.stop()
  }
}

function placeOf(run: string, cursor: string): string {
  const [, ofRun, place] = /^([a-z0-9]+)\.(\d{1,18})$/.exec(cursor) ?? []
  if (ofRun === run && place !== undefined) return place
  throw new QueryPoolError('QP_CLIENT_USAGE', `"${cursor}" is not a cursor of the results of run ${run}.`, {
    remedy: 'Give the `cursor` of a result of the same run, or none to begin with the first result.',
  })
}
