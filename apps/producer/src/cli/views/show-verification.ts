import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { RunView } from '@querypool/shared/journal'
import { formatBytes } from '@querypool/shared/size'
import type { Services } from '../../environment/index.ts'
import { type Damage, type Verified, verifyResults } from '../../verify/index.ts'
import { renderTable } from '../render-table.ts'

// Of more than that, people want to know how many.
const mostTableRows = 200

/**
 * Verifies the results of a run, or that of one query, and prints what is damaged or missing; the exit status of the
 * process is then 1.
 * @throws QP_STORE_MISMATCH when the results are in another store than the one here
 */
export async function showVerification(
  { journal, store }: Pick<Services, 'journal' | 'store'>,
  run: RunView,
  query: string | null,
  asJson: boolean,
): Promise<void> {
  if (run.storeId !== store.id)
    throw new QueryPoolError('QP_STORE_MISMATCH', `The results of the run ${run.run} are not in ${store.location}.`)
  const verified: Verified = { results: 0, bytes: 0 }
  const damages = verifyResults(journal, store, run, query, verified)
  const damaged = await (asJson ? printDocument : printTable)(run, damages, verified)
  if (damaged > 0) process.exitCode = 1
}

async function printDocument(run: RunView, damages: AsyncIterable<Damage>, verified: Verified): Promise<number> {
  let count = 0
  const counted = async function* (): AsyncGenerator<Damage> {
    for await (const damage of damages) {
      count++
      yield damage
    }
  }
  const pieces = documentPieces(run, counted(), verified)
  await pipeline(Readable.from(pieces, { objectMode: true }), process.stdout, { end: false })
  return count
}

/** Piece by piece, for there may be any number of damages. */
async function* documentPieces(
  { run, generation }: RunView,
  damages: AsyncIterable<Damage>,
  verified: Verified,
): AsyncGenerator<string> {
  yield `{\n  "runId": "${run}",\n  "generation": ${generation},\n  "damaged": [`
  let before = '\n    '
  for await (const damage of damages) {
    yield `${before}${JSON.stringify({ code: 'QP_RESULT_DAMAGED', ...damage })}`
    before = ',\n    '
  }
  yield `],\n  "results": ${verified.results},\n  "bytes": ${verified.bytes}\n}\n`
}

async function printTable(run: RunView, damages: AsyncIterable<Damage>, verified: Verified): Promise<number> {
  const shown: Damage[] = []
  let count = 0
  for await (const damage of damages) if (++count <= mostTableRows) shown.push(damage)
  const size = `${verified.results} results, ${formatBytes(verified.bytes)}`
  if (count === 0) {
    console.log(`All results of the run ${run.run} are as they were written: ${size}.`)
    return 0
  }
  const columns = [{ title: 'QUERY' }, { title: 'WHAT' }, { title: 'FILE' }]
  console.log(
    renderTable(
      columns,
      shown.map(({ query, why, file }) => [query, why, file]),
    ),
  )
  if (count > shown.length)
    console.log(`… and ${count - shown.length} more: querypool results ${run.run} --verify --json`)
  console.error(new QueryPoolError('QP_RESULT_DAMAGED', `${count} files are damaged or missing, of ${size}.`).format())
  return count
}
