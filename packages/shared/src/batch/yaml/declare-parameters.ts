import { checkValue } from '../check-value.ts'
import { isIdentifier } from '../identifier.ts'
import type { PlacedDeclaration } from '../options.ts'
import { parseParameterType } from '../parameter-type.ts'
import { shownText } from '../shown-text.ts'
import { isMap } from './key-reader.ts'
import { parameter as parameterShape, params as paramsShape } from './shared-shapes.ts'
import type { YamlFile } from './yaml-file.ts'

type Path = readonly PropertyKey[]

/**
 * The parameters that stand at a path. One whose declaration is wrong is declared all the same, as a text: its uses are no
 * further faults.
 */
export function declareParameters(file: YamlFile, given: unknown, path: Path): Map<string, PlacedDeclaration> {
  const declared = new Map<string, PlacedDeclaration>()
  if (given === undefined) return declared
  if (!isMap(given)) {
    file.keys.readValue(paramsShape, given, path)
    return declared
  }
  for (const [name, written] of Object.entries(given)) {
    const place = file.keyPlace([...path, name])
    if (!isIdentifier(name)) {
      const message = `The name of a parameter is to be an identifier, which ${shownText(name)} isn't.`
      file.refuse('QP_PARAM_SYNTAX', place, message, 'Use letters, digits and `_`, and no digit first.')
      continue
    }
    const read = file.keys.readValue(parameterShape, written, [...path, name])
    const declaration = read === undefined ? {} : declare(file, name, read, [...path, name])
    declared.set(name, { declaration: { name, type: 'text', place, ...declaration }, place })
  }
  return declared
}

type Written = NonNullable<ReturnType<typeof parameterShape.safeParse>['data']>

function declare(
  file: YamlFile,
  name: string,
  written: Written,
  path: Path,
): { type?: string; default?: string | null } {
  const isShort = typeof written === 'string'
  const type = parseParameterType(isShort ? written : written.type)
  if (type === null) {
    const place = file.valuePlace(isShort ? path : [...path, 'type'])
    const message = `${shownText(isShort ? written : written.type)} is not written as a type of PostgreSQL.`
    file.refuse('QP_PARAM_TYPE', place, message)
    return {}
  }
  if (isShort || written.default === undefined) return { type }
  const value = written.default === null ? null : (file.scalarAt([...path, 'default'])?.text ?? null)
  const refusal = value === null ? null : checkValue(type, value)
  if (refusal !== null) {
    const message = `The default of ${shownText(name)} is not a value of type ${type}: ${refusal}.`
    file.refuse('QP_PARAM_VALUE', file.valuePlace([...path, 'default']), message)
  }
  return { type, default: value }
}
