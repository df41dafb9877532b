import { explainCosts, mostExplained } from '@querypool/shared/database'
import { noteCosts, readUnknown } from '@querypool/shared/journal'
import { renderStatement } from '@querypool/shared/render'
import type { Charge } from './charge.ts'

/**
 * Gives the queries of a run whose durations are unknown an order by what the planner says that they cost, before the first
 * is claimed. Takes a second at the most. Without an answer they keep the order of the file: that is no reason to fail.
 */
export async function guessOrder(
  { journal, target, resolved }: Charge,
  run: string,
  generation: number,
): Promise<void> {
  const unknown = await readUnknown(journal, run, generation, mostExplained)
  if (unknown.length < 2) return
  const statements = unknown.map(({ position, sql, slots, arguments: values }) => ({
    position,
    text: renderStatement(sql, slots, values).text,
  }))
  const magnitudes = await explainCosts(target, resolved.role, statements)
  if (magnitudes.size > 0) await noteCosts(journal, run, magnitudes)
}
