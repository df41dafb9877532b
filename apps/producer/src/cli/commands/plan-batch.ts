import {
  type BoundQuery,
  bindArguments,
  type IdenticalMode,
  identityOf,
  readBatchFile,
  selectQueries,
} from '@querypool/shared/batch'
import { addressOf, type Config, type ResolvedDatabase, readConfig, resolveDatabase } from '@querypool/shared/config'
import { explainCosts, mostExplained, openTargetPool } from '@querypool/shared/database'
import { readEstimates, readLastDatabase } from '@querypool/shared/journal'
import { type Estimate, planRun } from '@querypool/shared/plan'
import { renderStatement } from '@querypool/shared/render'
import { chooseDatabase } from '../../submit/index.ts'
import { printJson } from '../print-json.ts'
import { defaultWorkers, readWorkers } from '../read-workers.ts'
import { planDocument, printPlan } from '../views/print-plan.ts'
import { withServices } from '../with-services.ts'

/** The options of `querypool plan`, as they were given. */
export interface PlanOptions {
  readonly slots?: string
  readonly database?: string
  readonly param: ReadonlyMap<string, string>
  readonly select: readonly string[]
  readonly json?: true
}

/**
 * Plans a batch file: its queries in the order in which a run would begin them, when, and how long all of it would take.
 * @throws QueryPoolError
 */
export async function planBatch(file: string, options: PlanOptions): Promise<void> {
  // Overwrites this process's arguments, where anybody on the machine could read the password of the database.
  process.title = 'querypool plan'
  const slots = options.slots === undefined ? null : readWorkers(options.slots, '--slots')
  const config = await readConfig(process.env)
  const all = await readBatchFile(file)
  const batch = options.select.length > 0 ? selectQueries(all, options.select) : all
  const { queries, needsOf } = toBeRun(all.identical, bindArguments(batch, options.param))
  const given = options.database ?? all.database
  const choice = given === null ? null : await chooseDatabase(given, false, config, process.env)
  await withServices(async ({ journal }) => {
    const database = choice?.databaseName ?? (await readLastDatabase(journal.pool, batch.name))
    const estimates = await readEstimates(journal.pool, { database: database ?? '', batch: batch.name }, queries)
    const target = choice?.database ?? (await resolveKnown(config, database))
    const costs = await costsOfUnknown(queries, estimates, target)
    const plan = planRun(
      queries.map(({ name, needs, position }, index) => ({
        name,
        needs: needsOf(needs),
        position,
        estimate: estimates[index] as Estimate,
        costMagnitude: costs.get(position) ?? 0,
      })),
      Math.min(slots ?? target?.maxConcurrency ?? defaultWorkers, all.maxParallel ?? Number.POSITIVE_INFINITY),
    )
    const planned = { file, batch: batch.name, database, plan }
    if (options.json) printJson(planDocument(planned))
    else printPlan(planned, process.stdout)
  })
}

/** Queries that are executed, and the names of those of them on which something that needs others waits. */
interface ToBeRun {
  readonly queries: readonly BoundQuery[]
  needsOf(names: readonly string[]): string[]
}

/** Of queries that are the same only the first, where they run once: who needs another of them waits for that. */
function toBeRun(identical: IdenticalMode | null, queries: readonly BoundQuery[]): ToBeRun {
  const executedAs = new Map<string, string>()
  const firsts = new Map<string, string>()
  if (identical === 'once')
    for (const query of queries.filter(({ effect }) => effect === 'read')) {
      const identity = identityOf(query, query.needs.toSorted())
      const first = firsts.get(identity)
      if (first === undefined) firsts.set(identity, query.name)
      else executedAs.set(query.name, first)
    }
  return {
    queries: queries.filter(({ name }) => !executedAs.has(name)),
    needsOf: (names) => [...new Set(names.map((name) => executedAs.get(name) ?? name))],
  }
}

/** A configured database, if its secrets can be read here: without them there are no costs, which is no fault of a plan. */
async function resolveKnown(config: Config, name: string | null): Promise<ResolvedDatabase | null> {
  if (name === null || !config.databases.has(name)) return null
  return resolveDatabase(config, name, process.env).catch(() => null)
}

/** What the planner says of the queries whose duration is unknown, by their positions, as a run asks it. */
async function costsOfUnknown(
  queries: readonly BoundQuery[],
  estimates: readonly Estimate[],
  target: ResolvedDatabase | null,
): Promise<ReadonlyMap<number, number>> {
  const unknown = queries.filter((_, index) => estimates[index]?.basis === 'unknown')
  if (target === null || unknown.length < 2 || unknown.length > mostExplained) return new Map()
  const pool = openTargetPool(addressOf(target), 1)
  try {
    const statements = unknown.map(({ position, sql, slots, arguments: values }) => ({
      position,
      text: renderStatement(sql, slots, values).text,
    }))
    return await explainCosts(pool, target.role, statements)
  } finally {
    void pool.end()
  }
}
