import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Prints one JSON document as printJson does, of which one property is a list of any length: what stands before it, the
 * list page by page, what stands behind it.
 */
export async function printJsonList(
  before: object,
  name: string,
  pages: AsyncIterable<readonly object[]>,
  behind: object = {},
): Promise<void> {
  const pieces = documentPieces(before, name, pages, behind)
  await pipeline(Readable.from(pieces, { objectMode: true }), process.stdout, { end: false })
}

async function* documentPieces(
  before: object,
  name: string,
  pages: AsyncIterable<readonly object[]>,
  behind: object,
): AsyncGenerator<string> {
  yield `{${membersOf(before)},\n  ${JSON.stringify(name)}: [`
  let isEmpty = true
  for await (const page of pages) {
    if (page.length === 0) continue
    yield (isEmpty ? '' : ',') + page.map((item) => `\n    ${indented(item, '    ')}`).join(',')
    isEmpty = false
  }
  const rest = membersOf(behind)
  yield `${isEmpty ? '' : '\n  '}]${rest === '' ? '' : `,${rest}`}\n}\n`
}

/** The members of an object with a line break before each, without the braces. */
function membersOf(value: object): string {
  return JSON.stringify(value, null, 2).slice(1, -1).trimEnd()
}

/** A line break within a text is written as an escape, so that all others are between members. */
function indented(value: object, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`)
}
