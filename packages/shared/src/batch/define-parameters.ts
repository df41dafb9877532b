import type { Place } from '../errors/index.ts'
import type { Argument, ParameterDeclaration } from './batch.ts'
import type { FaultList } from './fault-list.ts'
import { isIdentifier } from './identifier.ts'
import { inferArgument } from './infer-argument.ts'
import { shownText } from './shown-text.ts'

/** The parameters of a query that a program gives: what they declare, by name, and their values. */
export interface DefinedParameters {
  readonly declared: Map<string, { readonly declaration: ParameterDeclaration; place: Place }>
  readonly values: readonly Argument[]
}

/** Reads the `params` of a query; what is wrong with them goes on the list. */
export function defineParameters(params: unknown, file: string, faults: FaultList): DefinedParameters {
  const declared: DefinedParameters['declared'] = new Map()
  const values: Argument[] = []
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    faults.add('QP_OPTION_VALUE', { file }, '`params` is to be an object with a value for each parameter.')
    return { declared, values }
  }
  for (const [name, value] of Object.entries(params)) {
    if (!isIdentifier(name)) {
      const message = `The name of a parameter is to be an identifier, which ${shownText(name)} isn't.`
      faults.add('QP_PARAM_SYNTAX', { file }, message, 'Write it as `params: { name: value }`.')
      continue
    }
    const argument = inferArgument(name, value)
    if ('code' in argument) faults.add(argument.code, { file }, argument.message)
    // A parameter whose value is wrong is declared all the same: its uses are no further faults.
    const type = 'code' in argument ? 'text' : argument.type
    declared.set(name, { declaration: { name, type }, place: { file } })
    values.push('code' in argument ? { name, type, value: null } : argument)
  }
  return { declared, values }
}
