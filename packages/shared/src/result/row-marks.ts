const closestBytes = 1024 * 1024
const mostMarks = 1024

/** After how many rows which byte of a result comes: `[rows, bytes]`. The header line counts among the bytes, and not as a row. */
export type RowMark = readonly [rows: number, bytes: number]

/**
 * Notes where rows begin, as they are written: a mark for each MiB, and when there are too many of them every other one is
 * forgotten. So a result of any size has up to 1024 marks, evenly spread; the first is that of the first row.
 */
export class RowMarks {
  #marks: [number, number][] = []
  #apartBytes = closestBytes
  #nextBytes = 0

  /** Told that a row begins here, as often as one likes. */
  note(rows: number, bytes: number): void {
    if (bytes < this.#nextBytes) return
    this.#marks.push([rows, bytes])
    if (this.#marks.length > mostMarks) {
      this.#marks = this.#marks.filter((_, index) => index % 2 === 0)
      this.#apartBytes *= 2
    }
    this.#nextBytes = bytes + this.#apartBytes
  }

  /** The marks in order. */
  get all(): readonly [number, number][] {
    return this.#marks
  }
}

/** The mark from which a reader has to pass over the fewest rows to come to one; without any mark before it, the beginning. */
export function markBefore(marks: readonly RowMark[], row: number): RowMark | null {
  return marks.findLast(([rows]) => rows <= row) ?? null
}
