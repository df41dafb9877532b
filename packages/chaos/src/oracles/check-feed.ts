import type { Oracle } from './round-outcome.ts'

/** Who reads the results of a run as they come gets each query once. */
export const checkFeed: Oracle = async ({ stage, submissions }) => {
  const wrong: string[] = []
  for (const { batch } of submissions) {
    const names: string[] = []
    for await (const { name } of stage.pool.results(batch.key)) names.push(name)
    const expected = batch.queries.map(({ name }) => name).sort()
    if (JSON.stringify(names.toSorted()) !== JSON.stringify(expected))
      wrong.push(
        `The feed of ${batch.key} has ${names.length} results (${names.join(', ')}) of ${expected.length} queries.`,
      )
  }
  return wrong
}
