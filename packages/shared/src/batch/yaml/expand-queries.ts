import type { ParameterDeclaration, Query } from '../batch.ts'
import type { Options } from '../options.ts'
import { asQuery } from '../parse-batch.ts'
import { SeenNames } from '../seen-names.ts'
import { shownText } from '../shown-text.ts'
import { mostQueries } from './check-matrix.ts'
import type { YamlDraft } from './draft-query.ts'
import { type Combination, combine } from './matrix.ts'
import { nameCombinations } from './name-combinations.ts'
import type { YamlFile } from './yaml-file.ts'

/** The most that all needs of a batch can come to, when those of matrices are counted for each of their queries. */
const mostNeeds = 100_000
/** The most that the SQL of all queries can have together, in characters. */
const mostCharacters = 256 * 1024 * 1024

/** A query as its file has it, and the queries that it is made into. */
export interface ExpandedDraft {
  readonly draft: YamlDraft
  /** One without a matrix. */
  readonly members: readonly Member[]
}

/** A query of a matrix. */
interface Member {
  readonly name: string
  readonly values: Combination
}

/** Makes the queries of all matrices; what is wrong with their number and names goes on the list. */
export function expandDrafts(file: YamlFile, drafts: readonly YamlDraft[]): ExpandedDraft[] {
  const expanded = drafts.map((draft) => ({ draft, members: membersOf(file, draft) }))
  const count = expanded.reduce((sum, { members }) => sum + members.length, 0)
  if (count > mostQueries) {
    const message = `The batch has ${count} queries, with those of its matrices; a batch in YAML may have ${mostQueries}.`
    file.refuse('QP_MATRIX_TOO_LARGE', file.keyPlace(['queries']), message)
    return []
  }
  const characters = expanded.reduce((sum, { draft, members }) => sum + draft.sql.length * members.length, 0)
  if (characters > mostCharacters) {
    const message = `The SQL of all queries, with those of matrices, has ${characters} characters; it may have ${mostCharacters}.`
    file.refuse('QP_BATCH_TOO_LARGE', file.keyPlace(['queries']), message)
    return []
  }
  refuseTwins(file, expanded)
  return expanded
}

function membersOf(file: YamlFile, { name, matrix }: YamlDraft): readonly Member[] {
  if (matrix === null) return [{ name, values: new Map() }]
  const combinations = combine(matrix)
  if (combinations.length === 0) {
    const message = `The matrix of ${shownText(name)} leaves no combination.`
    file.refuse('QP_MATRIX', file.keyPlace(['queries', name, 'matrix']), message, 'Exclude less, or remove the query.')
  }
  // What is included besides is not a part of the name: the values of the keys tell combinations apart.
  const told = combinations.map((values) => {
    const ofKeys = [...matrix.keys.keys()].filter((key) => values.has(key))
    return (ofKeys.length === matrix.keys.size && ofKeys.length > 0 ? ofKeys : [...values.keys()]).map(
      (key) => values.get(key)?.text ?? null,
    )
  })
  const names = nameCombinations(name, told)
  return combinations.map((values, index) => ({ name: names[index] ?? name, values }))
}

function refuseTwins(file: YamlFile, expanded: readonly ExpandedDraft[]): void {
  const names = new SeenNames()
  const add = (name: string, owner: string): void => {
    const place = file.keyPlace(['queries', owner])
    const other = names.add(name, place.line)
    if (other === null) return
    const of = name === owner ? '' : `, of the matrix of ${shownText(owner)},`
    const message = `The name ${shownText(name)}${of} is also that of a query in line ${other.line}, at least without regard to case.`
    file.refuse('QP_NAME_TWICE', place, message)
  }
  for (const { draft } of expanded) add(draft.name, draft.name)
  for (const { draft, members } of expanded)
    if (draft.matrix !== null) for (const { name } of members) add(name, draft.name)
}

/** The queries of a batch in the order of its file, with the values of their matrices. */
export function asQueries(file: YamlFile, expanded: readonly ExpandedDraft[], options: Options): Query[] {
  const namesOf = new Map(expanded.map(({ draft, members }) => [draft.name, members.map(({ name }) => name)]))
  let needsLeft = mostNeeds
  const queries: Query[] = []
  for (const { draft, members } of expanded) {
    const { line, column } = draft.place
    const needs = [...new Set(draft.options.needs.flatMap(({ name }) => namesOf.get(name) ?? [name]))]
    refuseMissing(file, draft, members)
    needsLeft -= needs.length * members.length
    for (const { name, values } of members) {
      const query = asQuery(draft, queries.length, options)
      queries.push({ ...query, name, line, column, needs, parameters: query.parameters.map(fixed(values)) })
    }
  }
  if (needsLeft < 0) {
    const message = `Needs are counted for each query of a matrix, and come to ${mostNeeds - needsLeft}; they may come to ${mostNeeds}.`
    const remedy = 'Put a query in between that needs all of them, and have the others need that one.'
    file.refuse('QP_BATCH_TOO_LARGE', file.keyPlace(['queries']), message, remedy)
  }
  return queries
}

function fixed(values: Combination): (declaration: ParameterDeclaration) => ParameterDeclaration {
  return (declaration) => {
    const value = values.get(declaration.name)
    return value === undefined ? declaration : { ...declaration, default: value.text, isFixed: true }
  }
}

/** A key that only some combinations have must have a value in the others, too, where it is used. */
function refuseMissing(file: YamlFile, draft: YamlDraft, members: readonly Member[]): void {
  if (draft.matrix === null) return
  for (const key of new Set(draft.slots.map((slot) => slot.name))) {
    const without = draft.matrixParameters.has(key) ? members.find(({ values }) => !values.has(key)) : undefined
    if (without === undefined) continue
    const message = `${shownText(without.name)} has no value for \`:${key}\`, which only other combinations of the matrix have.`
    const remedy = `Add it to \`include\` for these, or declare a default: \`params: { ${key}: { type: text, default: … } }\`.`
    file.refuse('QP_MATRIX', file.keyPlace(['queries', draft.name, 'matrix']), message, remedy)
  }
}
