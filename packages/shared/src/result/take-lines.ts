const lineFeed = 0x0a
const quote = 0x22

/**
 * Some lines of CSV, which may go over several of its own where a field in quotes has line breaks.
 * @param csv begins with a line
 * @param skipped how many lines are passed over first
 * @param taken how many come then; what is behind them is not read
 */
export async function* takeLines(
  csv: AsyncIterable<Uint8Array>,
  skipped: number,
  taken: number,
): AsyncGenerator<Uint8Array> {
  const end = skipped + taken
  let line = 0
  let isQuoted = false
  if (taken <= 0) return
  for await (const chunk of csv) {
    let from = line >= skipped ? 0 : chunk.length
    let to = chunk.length
    for (let at = 0; at < chunk.length; at++) {
      // A doubled quote within a field ends the field and begins it again: that comes to the same.
      if (chunk[at] === quote) isQuoted = !isQuoted
      else if (chunk[at] === lineFeed && !isQuoted) {
        line++
        if (line === skipped) from = at + 1
        if (line === end) {
          to = at + 1
          break
        }
      }
    }
    if (from < to) yield chunk.subarray(from, to)
    if (line === end) return
  }
}
