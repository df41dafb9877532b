import type { Outcome } from '@querypool/shared/result'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

// From a tenth of a second to a day: QueryPool is for slow queries.
const durationBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400]

/** The metrics of a worker, since it was started. */
export class WorkerMetrics {
  readonly #registry = new Registry()
  readonly #registers = [this.#registry]
  readonly #durations = new Histogram({
    name: 'querypool_attempt_duration_seconds',
    help: 'How long attempts at queries took, by database and outcome.',
    labelNames: ['database', 'outcome'],
    buckets: durationBuckets,
    registers: this.#registers,
  })
  readonly #rows = this.#counter('rows_total', 'Rows written to the result store.')
  readonly #bytes = this.#counter('result_bytes_total', 'Bytes of rows written to the result store.')
  readonly #postponed = this.#counter(
    'postponed_total',
    'Jobs put back because they could not begin: no slot, or paused.',
  )
  readonly #slots = new Gauge({
    name: 'querypool_worker_slots',
    help: 'How many queries this worker may run at once, and how many it runs.',
    labelNames: ['state'],
    registers: this.#registers,
  })

  ended(database: string, { state, startedAt, finishedAt, rows, bytes }: Outcome): void {
    const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
    this.#durations.observe({ database, outcome: state }, seconds)
    this.#rows.inc({ database }, rows)
    this.#bytes.inc({ database }, bytes)
  }

  postponed(database: string): void {
    this.#postponed.inc({ database })
  }

  slots(total: number, taken: number): void {
    this.#slots.set({ state: 'total' }, total)
    this.#slots.set({ state: 'taken' }, taken)
  }

  /** All of them in the text format of Prometheus. */
  async read(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() }
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `querypool_${name}`, help, labelNames: ['database'], registers: this.#registers })
  }
}
