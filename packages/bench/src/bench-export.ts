import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchSetting, Outcome } from './benchmark.ts'
import { type Exported, exportByPsql } from './export-by-psql.ts'
import { type ExportedRun, exportByQuerypool } from './export-by-querypool.ts'
import { createSales, type ExportQueries } from './export-tables.ts'
import { findPsql } from './find-psql.ts'
import { showExport } from './show-export.ts'
import type { Taken } from './taken-time/watch-pauses.ts'

/** The same rows by both, one after the other. */
export interface ExportRound extends Taken {
  readonly form: 'no parameters' | 'with parameters'
  readonly rows: number
  readonly psql: Exported
  readonly querypool: ExportedRun
}

/**
 * Measures how fast a large result comes to the disk, against psql's \copy, and how much memory the worker has for it, and
 * prints it.
 */
export async function benchExport(setting: BenchSetting): Promise<Outcome> {
  const { repetitions, isTiny } = setting
  const psql = findPsql()
  if (psql === null) {
    process.stdout.write(`export needs psql on PATH or in /usr/lib/postgresql/*/bin: install PostgreSQL's client.\n\n`)
    return { isGood: isTiny, figures: [] }
  }
  const large = await createSales(setting.databaseUrl, 'sales', isTiny ? 5000 : 5_000_000)
  const small = await createSales(setting.databaseUrl, 'some_sales', isTiny ? 500 : 50_000)
  const rounds: ExportRound[] = []
  for (let repetition = 1; repetition <= repetitions; repetition++)
    for (const queries of [large, small])
      for (const form of ['no parameters', 'with parameters'] as const) {
        const round = await measureRound(psql, queries, form, repetition, setting)
        rounds.push(round)
        process.stdout.write(`  ${repetition}. ${line(round)}\n`)
      }
  return { isGood: showExport(rounds) || isTiny, figures: rounds }
}

async function measureRound(
  psql: string,
  queries: ExportQueries,
  form: ExportRound['form'],
  repetition: number,
  setting: BenchSetting,
): Promise<ExportRound> {
  const isPlain = form === 'no parameters'
  const file = join(setting.home, 'export.sql')
  await writeFile(file, isPlain ? `${queries.plain};\n` : queries.withParameters.batch)
  const byPsql = () => exportByPsql(psql, isPlain ? queries.plain : queries.withParameters.statement, setting)
  const byQuerypool = () => exportByQuerypool(file, setting)
  setting.pauses.take()
  // Each of them first in turn.
  const first = repetition % 2 === 1 ? await byPsql() : null
  const querypool = await byQuerypool()
  const byBoth = { querypool, psql: first ?? (await byPsql()) }
  if (byBoth.psql.bytes !== querypool.bytes) throw new Error('psql and QueryPool wrote different numbers of bytes')
  return { form, rows: queries.rows, ...byBoth, ...setting.pauses.take() }
}

function line({ form, rows, psql, querypool }: ExportRound): string {
  const peak = querypool.peakBytes === null ? '' : `, peak ${Math.round(querypool.peakBytes / 1e6)} MB`
  return `${rows} rows, ${form}: psql ${Math.round(psql.tookMs)} ms, QueryPool ${Math.round(querypool.tookMs)} ms of a run of ${querypool.wallMs} ms${peak}`
}
