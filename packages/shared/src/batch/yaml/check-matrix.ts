import { didYouMean } from '../../suggestion/index.ts'
import { checkValue } from '../check-value.ts'
import type { PlacedDeclaration } from '../options.ts'
import { shownText } from '../shown-text.ts'
import { agrees, countProduct, type Matrix, type MatrixValue, product } from './matrix.ts'
import type { YamlFile } from './yaml-file.ts'

type Path = readonly PropertyKey[]

/** The most queries that a batch in YAML can have, with all that its matrices make. */
export const mostQueries = 10_000

const widening: readonly MatrixValue['type'][] = ['int', 'bigint', 'numeric']

/** Puts on the list what is wrong with a matrix. Whether it can be made into queries. */
export function checkMatrix(file: YamlFile, matrix: Matrix, path: Path): boolean {
  const count = countProduct(matrix)
  if (count > mostQueries) {
    const message = `The matrix has ${count} combinations; a batch in YAML may have ${mostQueries} queries.`
    file.refuse('QP_MATRIX_TOO_LARGE', file.keyPlace(path), message)
    return false
  }
  const areSound = [refuseTwins(file, matrix), refuseExcluded(file, matrix, path)]
  return areSound.every(Boolean)
}

/**
 * The types of the keys of a matrix: those that are declared, else by how the values are written. Values that have none, or
 * none in common, go on the list.
 */
export function chooseTypes(
  file: YamlFile,
  matrix: Matrix,
  declared: ReadonlyMap<string, PlacedDeclaration>,
): ReadonlyMap<string, string> {
  const values = new Map<string, MatrixValue[]>()
  for (const [name, ofKey] of matrix.keys) values.set(name, [...ofKey])
  for (const entry of matrix.include)
    for (const [name, value] of entry) values.set(name, [...(values.get(name) ?? []), value])
  return new Map(
    [...values].map(([name, ofKey]) => {
      const type = declared.get(name)?.declaration.type
      if (type !== undefined) refuseValues(file, name, type, ofKey)
      return [name, type ?? commonType(file, name, ofKey)]
    }),
  )
}

function refuseValues(file: YamlFile, name: string, type: string, values: readonly MatrixValue[]): void {
  for (const { text, place } of values) {
    const refusal = text === null ? null : checkValue(type, text)
    if (refusal === null) continue
    const message = `This value of ${shownText(name)} is not one of type ${type}: ${refusal}.`
    file.refuse('QP_PARAM_VALUE', place, message)
  }
}

function commonType(file: YamlFile, name: string, values: readonly MatrixValue[]): string {
  const [first, ...others] = new Set(values.map(({ type }) => type).filter((type) => type !== null))
  if (first === undefined) return 'text'
  if (others.length === 0) return first
  const widest = Math.max(...[first, ...others].map((type) => widening.indexOf(type)))
  if ([first, ...others].every((type) => widening.includes(type))) return widening[widest] ?? 'text'
  const other = values.find(({ type }) => type !== null && type !== first) as MatrixValue
  const message = `The values of ${shownText(name)} are of several types: ${[first, ...others].join(', ')}.`
  const remedy = `Put all of them into quotes, or say the type: \`params: { ${name}: text }\`.`
  file.refuse('QP_PARAM_TYPE', other.place, message, remedy)
  return 'text'
}

function refuseTwins(file: YamlFile, { keys }: Matrix): boolean {
  let isSound = true
  for (const values of keys.values()) {
    const seen = new Set<string | null>()
    for (const { text, place } of values) {
      if (seen.has(text)) {
        file.refuse('QP_MATRIX', place, `${shownText(text ?? 'null')} stands in this list twice.`, 'Remove one.')
        isSound = false
      }
      seen.add(text)
    }
  }
  return isSound
}

/** An exclusion that excludes nothing is a mistake in a value or a key. */
function refuseExcluded(file: YamlFile, matrix: Matrix, path: Path): boolean {
  const combinations = product(matrix.keys)
  let isSound = true
  for (const [index, excluded] of matrix.exclude.entries()) {
    const unknown = [...excluded.keys()].filter((name) => !matrix.keys.has(name))
    for (const name of unknown) {
      const message = `${shownText(name)} is not a key of the matrix.${didYouMean(name, matrix.keys.keys())}`
      file.refuse('QP_MATRIX', file.keyPlace([...path, 'exclude', index, name]), message)
    }
    const isOfUse = unknown.length === 0 && combinations.some((combination) => agrees(excluded, combination))
    if (unknown.length === 0 && !isOfUse)
      file.refuse('QP_MATRIX', file.valuePlace([...path, 'exclude', index]), 'No combination has these values.')
    isSound &&= isOfUse
  }
  return isSound
}
