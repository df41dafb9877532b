import { type Fault, InvalidDefinition, type Place } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Argument, Batch, BoundQuery, ParameterDeclaration, Query } from './batch.ts'
import { checkValue } from './check-value.ts'
import { shownText } from './shown-text.ts'

/**
 * The queries of a batch with a value for every parameter: that of `given`, by name and as text, or else its default.
 * @throws InvalidDefinition with all of it: values for what no query declares, missing ones, and ones that PostgreSQL would
 * certainly not read as their type; types that aren't built in are left to the server.
 */
export function bindArguments(batch: Batch, given: ReadonlyMap<string, string>): BoundQuery[] {
  const faults: Fault[] = [...unknownNames(batch, given)]
  const queries = batch.queries.map((query) => ({
    ...query,
    arguments: query.parameters.flatMap((parameter) => {
      const argument = bindParameter(parameter, given)
      const fault = argument === null ? missingFault(batch, query, parameter) : valueFault(batch, query, argument)
      if (fault !== null && !faults.some(({ message }) => message === fault.message)) faults.push(fault)
      return argument ?? []
    }),
  }))
  const [first, ...rest] = faults
  if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  return queries
}

function bindParameter(parameter: ParameterDeclaration, given: ReadonlyMap<string, string>): Argument | null {
  const { name, type } = parameter
  const value = given.get(name) ?? parameter.default
  return value === undefined ? null : { name, type, value }
}

function* unknownNames(batch: Batch, given: ReadonlyMap<string, string>): Generator<Fault> {
  const declared = new Set(batch.queries.flatMap((query) => query.parameters.map(({ name }) => name)))
  for (const name of given.keys()) {
    if (declared.has(name)) continue
    const list = declared.size === 0 ? 'none' : [...declared].join(', ')
    yield {
      code: 'QP_PARAM_UNKNOWN',
      message: `No query of the batch has a parameter ${shownText(name)}.${didYouMean(name, declared)}`,
      remedy: `Check the name; declared are: ${list}.`,
      place: { file: batch.file },
    }
  }
}

function missingFault(batch: Batch, query: Query, { name, type }: ParameterDeclaration): Fault {
  return {
    code: 'QP_PARAM_MISSING',
    message: `The parameter ${shownText(name)} (${type}) has no value.`,
    remedy: `Give it with \`--param ${name}=…\`, or declare a default with \`-- param: ${name} ${type} = …\`.`,
    place: placeOfFirstSlot(batch, query, name),
  }
}

function valueFault(batch: Batch, query: Query, { name, type, value }: Argument): Fault | null {
  const refusal = value === null ? null : checkValue(type, value)
  if (refusal === null) return null
  const message = `The value of ${shownText(name)} is not one of type ${type}: ${refusal}.`
  return { code: 'QP_PARAM_VALUE', message, place: placeOfFirstSlot(batch, query, name) }
}

/** Where in the file a parameter is first used. The query's first line is shown without what stands before its SQL. */
function placeOfFirstSlot(batch: Batch, query: Query, name: string): Place {
  const start = query.slots.find((slot) => slot.name === name)?.start ?? 0
  const linesBefore = query.sql.slice(0, start).split(/\r\n|\n|\r/)
  const indent = linesBefore.length === 1 ? query.column - 1 : 0
  const lineStart = start - (linesBefore.at(-1)?.length ?? 0)
  const [lineText = ''] = query.sql.slice(lineStart).split(/[\n\r]/, 1)
  return {
    file: batch.file,
    line: query.line + linesBefore.length - 1,
    column: indent + [...(linesBefore.at(-1) ?? '')].length + 1,
    lineText: ' '.repeat(indent) + lineText,
  }
}
