import { type FaultName, faultNames } from '../faults/fault.ts'
import type { RoundPlan } from '../plan/plan-round.ts'
import type { RoundReport } from './run-round.ts'

/** Counts what all rounds had. */
export class Tally {
  readonly #faults = new Map<FaultName, number>()
  #rounds = 0
  #runs = 0
  #queries = 0
  #executions = 0

  add(plan: RoundPlan, { submissions, executions }: RoundReport): void {
    this.#rounds++
    this.#runs += submissions.length
    this.#queries += submissions.reduce((sum, { batch }) => sum + batch.queries.length, 0)
    this.#executions += executions.filter(({ isDoubled }) => !isDoubled).length
    for (const { fault } of plan.blows) this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1)
  }

  lines(): string[] {
    const faults = faultNames.flatMap((name) => {
      const count = this.#faults.get(name)
      return count === undefined ? [] : [`  ${name.padEnd(18)} ${String(count).padStart(5)}`]
    })
    return [
      `${this.#rounds} rounds, ${this.#runs} runs, ${this.#queries} queries, executed ${this.#executions} times; faults:`,
      ...faults,
    ]
  }
}
