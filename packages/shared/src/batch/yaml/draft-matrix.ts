import { isIdentifier } from '../identifier.ts'
import type { PlacedDeclaration } from '../options.ts'
import { checkMatrix, chooseTypes } from './check-matrix.ts'
import { isMap } from './key-reader.ts'
import type { Matrix } from './matrix.ts'
import { readMatrix } from './read-matrix.ts'
import type { YamlFile } from './yaml-file.ts'

type Path = readonly PropertyKey[]
type Declared = ReadonlyMap<string, PlacedDeclaration>

/** The matrix of a query. */
export interface DraftMatrix {
  /** Null: there is none, or none that can be made into queries. */
  readonly matrix: Matrix | null
  /** The parameters that its keys are, without those that are declared by `params`. */
  readonly parameters: Declared
}

/**
 * Reads the matrix of a query. Keys of one that is wrong are parameters all the same: their uses are no further faults.
 * @param declared what `params` of the query and of the batch declare
 */
export function draftMatrix(file: YamlFile, given: unknown, path: Path, declared: Declared): DraftMatrix {
  if (given === undefined) return { matrix: null, parameters: new Map() }
  const matrix = readMatrix(file, given, path)
  if (matrix === null)
    return { matrix, parameters: declare(file, path, new Map(namesOf(given).map((name) => [name, 'text']))) }
  const types = [...chooseTypes(file, matrix, declared)].filter(([name]) => !declared.has(name))
  const parameters = declare(file, path, new Map(types))
  return { matrix: checkMatrix(file, matrix, path) ? matrix : null, parameters }
}

function declare(file: YamlFile, path: Path, types: ReadonlyMap<string, string>): Declared {
  return new Map(
    [...types].map(([name, type]) => {
      const place = file.keyPlace([...path, ...(file.has([...path, name]) ? [name] : [])])
      return [name, { declaration: { name, type, place }, place }]
    }),
  )
}

function namesOf(given: unknown): string[] {
  const reserved = ['include', 'exclude']
  return isMap(given) ? Object.keys(given).filter((name) => isIdentifier(name) && !reserved.includes(name)) : []
}
