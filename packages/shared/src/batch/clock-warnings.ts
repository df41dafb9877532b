import type { Fault } from '../errors/index.ts'
import { renderStatement } from '../render/index.ts'
import { clockCalls, parseStatements } from '../sql/index.ts'
import type { Batch } from './batch.ts'

/**
 * What of a scheduled batch asks the clock, so that a late or repeated run does not see what one in time does: a warning for
 * each query. None for a batch without a schedule.
 */
export async function clockWarnings({ schedule, queries, file }: Batch): Promise<Fault[]> {
  if (schedule === null) return []
  const texts = queries.map(({ sql, slots, parameters }) => {
    const nulls = parameters.map(({ name, type }) => ({ name, type, value: null }))
    return renderStatement(sql, slots, nulls).text
  })
  const parsed = await parseStatements(texts)
  return queries.flatMap(({ name, line, column }, index): Fault[] => {
    const outcome = parsed[index]
    const calls = outcome?.kind === 'parsed' ? clockCalls(outcome.tree) : []
    if (calls.length === 0) return []
    const message = `The query ${name} asks the clock (${calls.join(', ')}), so that a late or repeated run of a slot sees other data.`
    return [{ code: 'QP_CLOCK_IN_SCHEDULE', message, place: { file, line, column } }]
  })
}
