import { type Fault, InvalidDefinition, type Place } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { Argument, Batch, BoundQuery, ParameterDeclaration, Query } from './batch.ts'
import { checkValue } from './check-value.ts'
import { shownText } from './shown-text.ts'

/** Gives the queries of a batch values for their parameters: those given, by name and as text, or else their defaults. */
export class Binding {
  readonly #file: string
  readonly #given: ReadonlyMap<string, string>
  readonly #declared = new Set<string>()
  /** Keys of matrices. */
  readonly #fixed = new Set<string>()
  // By message: each once, however many queries have the parameter.
  readonly #faults = new Map<string, Fault>()

  /** @param file that of the batch, for faults */
  constructor(file: string, given: ReadonlyMap<string, string>) {
    this.#file = file
    this.#given = given
  }

  /** Some queries with a value for every parameter that has one. */
  bind(queries: readonly Query[]): BoundQuery[] {
    return queries.map((query) => ({
      ...query,
      arguments: query.parameters.flatMap((parameter) => this.#bindParameter(query, parameter)),
    }))
  }

  /**
   * @throws InvalidDefinition with all of it: values for what no query declares, missing ones, and ones that PostgreSQL
   * would certainly not read as their type; types that aren't built in are left to the server.
   */
  refuseFaults(): void {
    const [first, ...rest] = [
      ...unknownNames(this.#file, this.#declared, this.#given, this.#fixed),
      ...this.#faults.values(),
    ]
    if (first !== undefined) throw new InvalidDefinition([first, ...rest])
  }

  #bindParameter(query: Query, parameter: ParameterDeclaration): readonly Argument[] {
    const names = parameter.isFixed ? this.#fixed : this.#declared
    names.add(parameter.name)
    const argument = bindParameter(parameter, this.#given)
    const fault =
      argument === null
        ? missingFault(this.#file, query, parameter)
        : valueFault(this.#file, query, argument, parameter.place)
    if (fault !== null && !this.#faults.has(fault.message)) this.#faults.set(fault.message, fault)
    return argument === null ? [] : [argument]
  }
}

/**
 * The queries of a batch with a value for every parameter.
 * @throws InvalidDefinition as Binding.refuseFaults does
 */
export function bindArguments(batch: Batch, given: ReadonlyMap<string, string>): BoundQuery[] {
  const binding = new Binding(batch.file, given)
  const queries = binding.bind(batch.queries)
  binding.refuseFaults()
  return queries
}

function bindParameter(parameter: ParameterDeclaration, given: ReadonlyMap<string, string>): Argument | null {
  const { name, type } = parameter
  const value = parameter.isFixed ? parameter.default : (given.get(name) ?? parameter.default)
  return value === undefined ? null : { name, type, value }
}

function* unknownNames(
  file: string,
  declared: ReadonlySet<string>,
  given: ReadonlyMap<string, string>,
  fixed: ReadonlySet<string>,
): Generator<Fault> {
  for (const name of given.keys()) {
    if (declared.has(name)) continue
    if (fixed.has(name)) {
      const message = `${shownText(name)} is the key of a matrix: it has the values that the file says.`
      yield {
        code: 'QP_PARAM_UNKNOWN',
        message,
        remedy: 'Change the matrix, or select queries of it.',
        place: { file },
      }
      continue
    }
    const list = declared.size === 0 ? 'none' : [...declared].join(', ')
    yield {
      code: 'QP_PARAM_UNKNOWN',
      message: `No query of the batch has a parameter ${shownText(name)}.${didYouMean(name, declared)}`,
      remedy: `Check the name; declared are: ${list}.`,
      place: { file },
    }
  }
}

function missingFault(file: string, query: Query, { name, type, place }: ParameterDeclaration): Fault {
  const message = `The parameter ${shownText(name)} (${type}) has no value.`
  const declaration = place === undefined ? `-- param: ${name} ${type} = …` : `${name}: { type: ${type}, default: … }`
  return {
    code: 'QP_PARAM_MISSING',
    message,
    remedy: `Give it with \`--param ${name}=…\`, or declare a default with \`${declaration}\`.`,
    place: place ?? placeOfFirstSlot(file, query, name),
  }
}

function valueFault(
  file: string,
  query: Query,
  { name, type, value }: Argument,
  declaredAt: Place | undefined,
): Fault | null {
  const refusal = value === null ? null : checkValue(type, value)
  if (refusal === null) return null
  const message = `The value of ${shownText(name)} is not one of type ${type}: ${refusal}.`
  return { code: 'QP_PARAM_VALUE', message, place: declaredAt ?? placeOfFirstSlot(file, query, name) }
}

/** Where in the file a parameter is first used. The query's first line is shown without what stands before its SQL. */
function placeOfFirstSlot(file: string, query: Query, name: string): Place {
  const start = query.slots.find((slot) => slot.name === name)?.start ?? 0
  const linesBefore = query.sql.slice(0, start).split(/\r\n|\n|\r/)
  const indent = linesBefore.length === 1 ? query.column - 1 : 0
  const lineStart = start - (linesBefore.at(-1)?.length ?? 0)
  const [lineText = ''] = query.sql.slice(lineStart).split(/[\n\r]/, 1)
  return {
    file,
    line: query.line + linesBefore.length - 1,
    column: indent + [...(linesBefore.at(-1) ?? '')].length + 1,
    lineText: ' '.repeat(indent) + lineText,
  }
}
