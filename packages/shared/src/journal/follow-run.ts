import type { Journal } from './journal.ts'
import { type RunView, readRun } from './read-run.ts'

/**
 * A run in this generation, or if that was superseded in the one that followed it by itself: what has become of what
 * somebody asked for.
 * @throws QP_RUN_NOT_FOUND, QP_GENERATION_NOT_FOUND
 */
export async function followRun(journal: Journal, run: string, generation: number): Promise<RunView> {
  let view = await readRun(journal, run, generation)
  while (view.superseded) view = await readRun(journal, run, view.generation + 1)
  return view
}
