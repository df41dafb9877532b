import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { QueryPoolError } from '@querypool/shared/errors'
import type { Journal, QueryView, RunView } from '@querypool/shared/journal'
import type { Page } from '@querypool/shared/result'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Services } from '../../environment/index.ts'
import { type Format, formats, isBinary, writeResult } from '../../formats/index.ts'
import { generationOption } from '../generation-option.ts'
import { withServices } from '../with-services.ts'

interface ResultsOptions {
  readonly format?: Format
  readonly output?: string
  readonly generation?: number
  readonly offset?: number
  readonly limit?: number
  readonly verify?: true
  readonly json?: true
}

// People read no more of a list. Among so many names is looked for the one that was meant.
const mostListed = 1000
const mostCandidates = 10_000

/** `querypool results`: the rows that queries of a run returned. */
export function resultsCommand(): Command {
  return new Command('results')
    .description('Print the rows of a query; without its name, list the results of the run.')
    .argument('<run>', 'id of the run, its first characters, or its key')
    .argument('[query]', 'name of the query')
    .addOption(new Option('--format <format>', 'how to write the rows (default: csv)').choices(formats))
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option('--offset <n>', 'leave out the first n rows, without reading all of them', readCount)
    .option('--limit <n>', 'no more than n rows', readCount)
    .addOption(generationOption())
    .option(
      '--verify',
      'read all of it and compare it with what the journal vouches for; the exit status says 1 if it differs',
    )
    .option('--json', 'with --verify: print one JSON document')
    .action(results)
}

async function results(runName: string, queryName: string | undefined, options: ResultsOptions): Promise<void> {
  await withServices(async (services) => {
    const { readRun } = await import('@querypool/shared/journal')
    const run = await readRun(services.journal, runName, options.generation)
    await refuseUnpublished(run)
    if (options.verify) return verify(services, run, queryName, options)
    if (options.json)
      throw new QueryPoolError('QP_USAGE', '--json goes with --verify; for rows there is --format json.')
    if (queryName === undefined) return listResults(services, run, options)
    refuseTerminal(options)
    const query = await findQuery(services, run, queryName)
    const content = await writeResult(services.store, query, options.format ?? 'csv', pageOf(options))
    if (options.output === undefined) return printOut(content)
    const { putFile } = await import('../views/copy-results.ts')
    await putFile(options.output, content)
  })
}

/** What a run with a shared snapshot has come to so far may be superseded. */
async function refuseUnpublished({ run, state, snapshot }: RunView): Promise<void> {
  const { isTerminal } = await import('@querypool/shared/run')
  if (snapshot === null || isTerminal(state)) return
  throw new QueryPoolError(
    'QP_NO_RESULT',
    `The queries of the run ${run} share a snapshot: there are results when all of it is done; it is ${state}.`,
  )
}

function refuseTerminal({ format = 'csv', output }: ResultsOptions): void {
  if (isBinary(format) && output === undefined && process.stdout.isTTY)
    throw new QueryPoolError('QP_USAGE', `A terminal cannot show ${format}.`, {
      remedy: `Write it to a file: -o FILE.${format}`,
    })
}

async function verify(
  services: Services,
  run: RunView,
  queryName: string | undefined,
  { format, output, offset, limit, json }: ResultsOptions,
): Promise<void> {
  if ([format, output, offset, limit].some((given) => given !== undefined))
    throw new QueryPoolError(
      'QP_USAGE',
      '--verify prints no rows: --format, --output, --offset, --limit go without it.',
    )
  if (queryName !== undefined) await findQuery(services, run, queryName)
  const { showVerification } = await import('../views/show-verification.ts')
  await showVerification(services, run, queryName ?? null, json === true)
}

async function listResults({ journal }: Services, run: RunView, options: ResultsOptions): Promise<void> {
  const { format, output, offset, limit } = options
  const wantsRows = [output, offset, limit].some((given) => given !== undefined)
  if (wantsRows || (format !== undefined && format !== 'json'))
    throw new QueryPoolError(
      'QP_USAGE',
      'Name the query whose rows you want; without one, only `--format json` is possible.',
    )
  if (format === 'json') {
    const { printJsonList } = await import('../print-json-list.ts')
    return printJsonList({ runId: run.run }, 'results', resultDocuments(journal, run))
  }
  const { readQueriesPart } = await import('@querypool/shared/journal')
  const { renderQueries } = await import('../views/render-queries.ts')
  const queries = await readQueriesPart(journal, run, { state: 'succeeded', from: 0, most: mostListed })
  if (queries.length === 0) return console.log(`The run ${run.run} has no results; it is ${run.state}.`)
  console.log(renderQueries(run.run, queries))
  const more = run.counts.succeeded - queries.length
  if (more > 0) console.log(`\n… and ${more} more: querypool results ${run.run} --format json`)
}

async function* resultDocuments(journal: Journal, run: RunView): AsyncGenerator<readonly object[]> {
  const { readQueryPages } = await import('@querypool/shared/journal')
  for await (const page of readQueryPages(journal, run))
    yield page
      .filter(({ state }) => state === 'succeeded')
      .map(({ name, rows, bytes, sha256, sharedFrom }) => ({
        name,
        rows,
        bytes,
        sha256,
        sharedFrom: sharedFrom && { run: sharedFrom.run, query: sharedFrom.query },
      }))
}

async function findQuery({ journal }: Services, run: RunView, name: string): Promise<QueryView> {
  const { readQueries, readQueriesPart } = await import('@querypool/shared/journal')
  const [found] = await readQueries(journal, run, [name])
  if (found === undefined) {
    const { didYouMean } = await import('@querypool/shared/suggestion')
    const candidates = await readQueriesPart(journal, run, { state: null, from: 0, most: mostCandidates })
    const names = candidates.map((query) => query.name)
    throw new QueryPoolError(
      'QP_QUERY_NOT_FOUND',
      `The run ${run.run} has no query "${name}".${didYouMean(name, names)}`,
    )
  }
  if (found.state === 'succeeded' && found.artifact !== null) return found
  throw new QueryPoolError('QP_NO_RESULT', `The query ${name} has no rows to show: it is ${found.state}.`)
}

/** The rows that are wanted; null: all of them. */
function pageOf({ offset, limit }: ResultsOptions): Page | null {
  if (offset === undefined && limit === undefined) return null
  return { offset: offset ?? 0, limit: limit ?? Number.POSITIVE_INFINITY }
}

function readCount(given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new InvalidArgumentError('Give a whole number of rows.')
}

async function printOut(content: AsyncIterable<string | Uint8Array>): Promise<void> {
  await pipeline(Readable.from(content, { objectMode: true }), process.stdout, { end: false })
}
