import type { SplitText } from '../sql/index.ts'
import type { FaultList } from './fault-list.ts'
import { psqlCommandName, psqlRemedy } from './psql-remedy.ts'
import { shownText } from './shown-text.ts'
import type { PlacedText } from './source-text.ts'

/** Puts on the list what no statement can begin to be: psql's commands, and a block comment that nothing closes. */
export function refuseNoSql(source: PlacedText, split: SplitText, faults: FaultList): void {
  for (const { start, end } of split.psqlCommands) {
    const command = source.text.slice(start, end)
    const message = `${shownText(psqlCommandName(command))} is a command of psql, not SQL.`
    faults.add('QP_PSQL_COMMAND', source.placeAt(start), message, psqlRemedy(command))
  }
  if (split.openComment === null) return
  const place = source.placeAt(split.openComment.start)
  const remedy = 'Close it with `*/`; comments nest.'
  faults.add('QP_SQL_SYNTAX', place, 'The comment that begins here is not closed.', remedy)
}
