import { parseStatements } from '../sql/index.ts'
import type { DraftQuery } from './draft-query.ts'
import type { FaultList } from './fault-list.ts'
import type { PlacedDeclaration } from './options.ts'
import { shownText } from './shown-text.ts'

/** Declarations whose type was refused already: those of a batch come again with each part of its file. */
export type ToldTypes = Set<PlacedDeclaration>

/**
 * Puts on the list the declared types that have the form of one but that no cast takes, such as `table`, a word of SQL.
 * Returns these types.
 */
export async function checkTypes(
  drafts: readonly DraftQuery[],
  told: ToldTypes,
  faults: FaultList,
): Promise<ReadonlySet<string>> {
  const byType = new Map<string, Set<PlacedDeclaration>>()
  for (const draft of drafts) {
    for (const parameter of draft.declared.values()) {
      const { type } = parameter.declaration
      byType.set(type, (byType.get(type) ?? new Set()).add(parameter))
    }
  }
  const types = [...byType.keys()]
  const parsed = await parseStatements(types.map((type) => `SELECT CAST(NULL AS ${type})`))
  const refused = types.filter((_, index) => parsed[index]?.kind === 'refused')
  for (const type of refused) {
    for (const parameter of byType.get(type) ?? []) {
      if (told.has(parameter)) continue
      told.add(parameter)
      faults.add('QP_PARAM_TYPE', parameter.place, `${shownText(type)} cannot be the type of a parameter.`)
    }
  }
  return new Set(refused)
}
