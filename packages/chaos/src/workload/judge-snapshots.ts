import type { Stage } from '../stage/stage.ts'
import { readContent, readStoredResults } from '../stage/stored-results.ts'
import { totalAmount } from './accounts.ts'
import type { Batch } from './batch.ts'

/**
 * All queries of a generation have seen the same accounts, in a state that was there between two transactions, and no later
 * generation has seen an earlier state.
 */
export async function judgeSnapshots(stage: Stage, { key }: Batch): Promise<string[]> {
  const wrong: string[] = []
  let last = { generation: 0, row: '', transfers: 0 }
  for (const result of await readStoredResults(stage, [key])) {
    const { name, generation } = result
    const [, row = ''] = (await readContent(stage, result)).toString().split('\n')
    const [total, transfers, , isAlone] = row.split(',')
    const about = `${key}/${name} in generation ${generation}`
    if (Number(total) !== totalAmount) wrong.push(`${about} has seen ${total} in all, not ${totalAmount}: ${row}`)
    if (isAlone !== 't') wrong.push(`${about} was executed beside another execution in the same snapshot.`)
    if (generation === last.generation && row !== last.row)
      wrong.push(`${about} has seen ${row}, another query of that generation ${last.row}.`)
    if (generation > last.generation && Number(transfers) < last.transfers)
      wrong.push(`${about} has seen ${transfers} transfers, generation ${last.generation} has seen ${last.transfers}.`)
    last = { generation, row, transfers: Number(transfers) }
  }
  return wrong
}
