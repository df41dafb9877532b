/** A batch of queries of very different length, the long ones last in the file. */
export interface UnevenBatch {
  readonly durationsMs: readonly number[]
  /** The batch file's text: each query says to the planner how much it has to do. */
  readonly telling: string
  /** The same queries, but all alike to the planner, so that a first run takes them in the order of the file. */
  readonly silent: string
}

const shortCount = 48
const longCount = 12

/**
 * 60 queries: 48 of 0.1 to 0.5 s, then 12 of 2 to 5 s. They wait, so that a machine of any size can run them at once.
 * @param scale by which all durations are multiplied
 */
export function unevenBatch(scale: number): UnevenBatch {
  const short = Array.from({ length: shortCount }, (_, n) => 100 + (400 * ((n * 29) % shortCount)) / (shortCount - 1))
  const long = Array.from({ length: longCount }, (_, n) => 2000 + (3000 * ((n * 5) % longCount)) / (longCount - 1))
  const durationsMs = [...short, ...long].map((ms) => Math.round(ms * scale))
  const text = (statement: (ms: number) => string): string =>
    durationsMs.map((ms, n) => `-- name: q${n}\n${statement(ms)};\n`).join('\n')
  return {
    durationsMs,
    telling: text((ms) => `select pg_sleep(${ms / 1000}), count(*) from generate_series(1, ${ms * 10})`),
    silent: text((ms) => `select pg_sleep(${ms / 1000})`),
  }
}
