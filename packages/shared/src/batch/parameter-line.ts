import type { ErrorCode } from '../errors/index.ts'
import type { ParameterDeclaration } from './batch.ts'
import { checkValue } from './check-value.ts'
import { isIdentifier } from './identifier.ts'
import { parseParameterType } from './parameter-type.ts'
import { shownText } from './shown-text.ts'

/**
 * The declaration of a parameter, or what is wrong with it at which offset of the text; `name` is then the parameter that was
 * meant, if one can tell.
 */
export type ParameterLine =
  | { readonly kind: 'declared'; readonly declaration: ParameterDeclaration }
  | {
      readonly kind: 'wrong'
      readonly name: string | null
      readonly code: ErrorCode
      readonly message: string
      readonly offset: number
    }

const nameAndRest = /^(\S*)([ \t]*)(.*)$/s

/** Reads what stands behind `-- param:`, `name type` or `name type = default`. */
export function parseParameterLine(text: string): ParameterLine {
  const wrong = (code: ErrorCode, message: string, offset: number): ParameterLine => {
    const [name = ''] = text.split(/[ \t]/, 1)
    return { kind: 'wrong', name: isIdentifier(name) ? name : null, code, message, offset }
  }
  const [, name = '', gap = '', rest = ''] = nameAndRest.exec(text) ?? []
  const equals = equalsOffset(rest)
  const type = equals === null ? rest : rest.slice(0, equals)
  if (!isIdentifier(name)) {
    return wrong(
      'QP_PARAM_SYNTAX',
      `The name of a parameter is to be an identifier, which ${shownText(name)} isn't.`,
      0,
    )
  }
  const typeOffset = name.length + gap.length
  if (type.trim() === '') return wrong('QP_PARAM_SYNTAX', `The parameter ${shownText(name)} needs a type.`, 0)
  const parsedType = parseParameterType(type)
  if (parsedType === null) {
    return wrong('QP_PARAM_TYPE', `${shownText(type.trim())} is not written as a type of PostgreSQL.`, typeOffset)
  }
  if (equals === null) return { kind: 'declared', declaration: { name, type: parsedType } }
  const value = rest.slice(equals + 1).trimStart()
  const valueOffset = text.length - value.length
  const parsed = parseDefault(value)
  if (typeof parsed !== 'object') return wrong('QP_PARAM_SYNTAX', parsed, valueOffset)
  const refusal = parsed.value === null ? null : checkValue(parsedType, parsed.value)
  if (refusal !== null) {
    return wrong(
      'QP_PARAM_VALUE',
      `The default of ${shownText(name)} is not a value of type ${parsedType}: ${refusal}.`,
      valueOffset,
    )
  }
  return { kind: 'declared', declaration: { name, type: parsedType, default: parsed.value } }
}

/** Where the first `=` outside of double quotes is. */
function equalsOffset(text: string): number | null {
  let isQuoted = false
  for (let offset = 0; offset < text.length; offset++) {
    if (text[offset] === '"') isQuoted = !isQuoted
    if (text[offset] === '=' && !isQuoted) return offset
  }
  return null
}

/** `null` is NULL, `'…'` what stands inside, anything else itself; or what is wrong. */
function parseDefault(text: string): { value: string | null } | string {
  if (text === '') return "The default is empty here; the empty string is written as ''."
  if (/^null$/i.test(text)) return { value: null }
  if (!text.startsWith("'")) return { value: text }
  if (!/^'(?:[^']|'')*'$/.test(text)) return 'The quoted default is to end with its quote; a quote in it is doubled.'
  return { value: text.slice(1, -1).replaceAll("''", "'") }
}
