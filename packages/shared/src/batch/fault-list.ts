import { type ErrorCode, type Fault, InvalidDefinition, type Place } from '../errors/index.ts'

const maxShown = 100
/** More are only counted: a file may be nothing but faults. */
const maxKept = 10_000

/** Collects what is wrong with one file, so that all of it can be reported at once. */
export class FaultList {
  readonly #order: (a: Fault, b: Fault) => number
  readonly #faults: Fault[] = []
  #notKept = 0

  /** @param order how faults are sorted; by line and column if not said */
  constructor(order: (a: Fault, b: Fault) => number = byPlace) {
    this.#order = order
  }

  get hasAny(): boolean {
    return this.#faults.length > 0
  }

  add(code: ErrorCode, place: Place, message: string, remedy?: string): void {
    if (this.#faults.length >= maxKept) this.#notKept++
    else this.#faults.push(remedy === undefined ? { code, place, message } : { code, place, message, remedy })
  }

  /**
   * Throws all faults in their order, at most a hundred of them.
   * @throws InvalidDefinition if there is a fault.
   */
  throwIfAny(): void {
    const [first, ...rest] = [...this.#faults].sort(this.#order).slice(0, maxShown)
    if (first === undefined) return
    const left = this.#faults.length - maxShown + this.#notKept
    const more: Fault[] =
      left > 0 ? [{ code: 'QP_MORE_FAULTS', message: `There are ${left} more faults, which are not shown.` }] : []
    throw new InvalidDefinition([first, ...rest, ...more])
  }
}

/** The order of two faults in one text. */
export function byPlace(a: Fault, b: Fault): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0)
}
