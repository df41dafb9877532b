import { parseStatements } from '../sql/index.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import type { PlacedDeclaration } from './read-options.ts'
import { shownText } from './shown-text.ts'

/**
 * Puts on the list the declared types that have the form of one but that no cast takes, such as `table`, a word of SQL.
 * Returns these types.
 */
export async function checkTypes(drafts: readonly DraftQuery[], faults: FaultList): Promise<ReadonlySet<string>> {
  const byType = new Map<string, Map<PlacedDeclaration, DraftQuery>>()
  for (const draft of drafts) {
    for (const parameter of draft.declared.values()) {
      const { type } = parameter.declaration
      const ofType = byType.get(type) ?? new Map<PlacedDeclaration, DraftQuery>()
      byType.set(type, ofType.set(parameter, draft))
    }
  }
  const types = [...byType.keys()]
  const parsed = await parseStatements(types.map((type) => `SELECT CAST(NULL AS ${type})`))
  const refused = types.filter((_, index) => parsed[index]?.kind === 'refused')
  for (const type of refused) {
    for (const [{ offset }, { source }] of byType.get(type) ?? []) {
      faults.add('QP_PARAM_TYPE', source.placeAt(offset), `${shownText(type)} cannot be the type of a parameter.`)
    }
  }
  return new Set(refused)
}
