import { readBackfills } from '@querypool/shared/journal'
import { paintState } from '../paint-state.ts'
import { printJson } from '../print-json.ts'
import { renderTable } from '../render-table.ts'
import { endOfBackfill } from '../views/watch-backfill.ts'
import { withServices } from '../with-services.ts'

const mostBackfills = 100

/** Prints the backfills. */
export async function listBackfills(isJson: boolean): Promise<void> {
  await withServices(async ({ journal }) => {
    const backfills = await readBackfills(journal, mostBackfills)
    if (isJson) return printJson({ backfills: backfills.map((one) => ({ ...one, state: endOfBackfill(one).state })) })
    if (backfills.length === 0) return console.log('There are no backfills.')
    console.log(
      renderTable(
        [
          { title: 'BACKFILL' },
          { title: 'SCHEDULE' },
          { title: 'STATE' },
          { title: 'DONE', align: 'right' },
          { title: 'FROM' },
          { title: 'TO' },
          { title: 'BY' },
        ],
        backfills.map((one) => [
          one.id,
          one.schedule,
          paintState(endOfBackfill(one).state),
          `${one.succeeded}/${one.slots}`,
          one.from.toISOString().slice(0, 16),
          one.to.toISOString().slice(0, 16),
          one.createdBy,
        ]),
      ),
    )
  })
}
