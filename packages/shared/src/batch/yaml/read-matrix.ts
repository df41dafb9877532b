import { isIdentifier } from '../identifier.ts'
import { shownText } from '../shown-text.ts'
import type { Combination, Matrix, MatrixValue } from './matrix.ts'
import { matrixShape } from './matrix-shape.ts'
import type { YamlFile } from './yaml-file.ts'

type Path = readonly PropertyKey[]

const largestInt = 2n ** 31n

/** The matrix that stands at a path, or null when its shape is wrong; that goes on the list. */
export function readMatrix(file: YamlFile, given: unknown, path: Path): Matrix | null {
  const written = file.keys.readValue(matrixShape, given, path)
  if (written === undefined) return null
  const { include = [], exclude = [], ...lists } = written
  const names = Object.keys(lists)
  const wrong = names.filter((name) => !isIdentifier(name))
  for (const name of wrong) {
    const message = `A key of a matrix is the name of a parameter, so an identifier, which ${shownText(name)} isn't.`
    file.refuse(
      'QP_PARAM_SYNTAX',
      file.keyPlace([...path, name]),
      message,
      'Use letters, digits and `_`, and no digit first.',
    )
  }
  if (wrong.length > 0) return null
  const entries = (key: 'include' | 'exclude', all: readonly Record<string, unknown>[]): Combination[] =>
    all.map((entry, index) => readEntry(file, entry, [...path, key, index]))
  return {
    keys: new Map(
      Object.entries(lists).map(([name, values]) => [
        name,
        values.map((value, index) => readScalar(file, value, [...path, name, index])),
      ]),
    ),
    include: entries('include', include),
    exclude: entries('exclude', exclude),
  }
}

function readEntry(file: YamlFile, entry: Record<string, unknown>, path: Path): Combination {
  return new Map(Object.entries(entry).map(([name, value]) => [name, readScalar(file, value, [...path, name])]))
}

function readScalar(file: YamlFile, value: unknown, path: Path): MatrixValue {
  const place = file.valuePlace(path)
  const text = value === null ? null : (file.scalarAt(path)?.text ?? String(value))
  return { text, type: text === null ? null : typeOf(value, text), place }
}

function typeOf(value: unknown, text: string): MatrixValue['type'] {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'number') return 'text'
  if (!/^[+-]?\d{1,30}$/.test(text)) return 'numeric'
  const whole = BigInt(text.replace('+', ''))
  if (whole >= -largestInt && whole < largestInt) return 'int'
  return BigInt.asIntN(64, whole) === whole ? 'bigint' : 'numeric'
}
