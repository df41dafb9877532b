import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, Scalar } from 'yaml'
import type { FaultList } from '../batch/fault-list.ts'
import type { SourceText } from '../batch/source-text.ts'
import type { ErrorCode } from '../errors/index.ts'
import { shownPart } from './shown-part.ts'
import { yamlFault } from './yaml-fault.ts'

// Our files nest some five deep. These end what aliases and brackets could blow up.
const maxDepth = 20
const maxValues = 100_000

/** The codes of what is wrong with a file. */
export interface YamlCodes {
  readonly syntax: ErrorCode
  readonly key: ErrorCode
}

/** Where a key and its value stand, as offsets in the text. In a list, the key is the value. */
export interface Spot {
  readonly key: number
  readonly value: number
  readonly valueEnd: number
}

/** A text, number or other single value as it is written; that of an alias stands at its anchor. */
export interface PlacedScalar {
  /** Its characters: without quotes, with what folding and escapes mean. A number is as it is written. */
  readonly text: string
  /** Whether it is in quotes or a block, and so a text for sure. */
  readonly isQuoted: boolean
  /** Whether it is a block under `|`, which keeps its lines. */
  readonly isLiteral: boolean
  /** The offsets in the text, with quotes or the `|`. */
  readonly start: number
  readonly end: number
}

/** What a YAML file says, as plain data, and where it says it. */
export interface PlacedData {
  /** undefined: the file says nothing. */
  readonly data: unknown
  /** Undefined when there is no such key. */
  spotOf(path: readonly PropertyKey[]): Spot | undefined
  /** Undefined where no single value stands. */
  scalarAt(path: readonly PropertyKey[]): PlacedScalar | undefined
}

/** The data of a YAML text, with aliases unfolded. Null when it isn't YAML: the faults are then on the list. */
export function readYaml(source: SourceText, faults: FaultList, codes: YamlCodes): PlacedData | null {
  // Keys are compared by the reader below: the library compares each with each, which takes minutes for a large map.
  const document = parseYaml(source, faults, codes.syntax)
  if (document === null) return null
  const reader = new DataReader(source, faults, codes)
  const data = document.contents === null ? undefined : reader.read(document.contents, [], 0)
  if (reader.isBroken) return null
  return {
    data,
    spotOf: (path) => reader.spots.get(spotKey(path)),
    scalarAt: (path) => reader.scalars.get(spotKey(path)),
  }
}

function parseYaml(source: SourceText, faults: FaultList, code: ErrorCode): Document.Parsed | null {
  const document = attempt(() =>
    parseDocument(source.text, { uniqueKeys: false, stringKeys: true, prettyErrors: false }),
  )
  if (document === null) {
    faults.add(code, { file: source.file }, 'The file nests too deep to be read.')
    return null
  }
  const problems = [...document.errors, ...document.warnings]
  for (const problem of problems) {
    const { message, remedy } = yamlFault(problem.code)
    faults.add(code, source.placeAt(problem.pos[0]), message, remedy)
  }
  return problems.length === 0 ? document : null
}

/** Brackets within brackets without end exhaust the stack of the parser. */
function attempt<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

class DataReader {
  readonly spots = new Map<string, Spot>()
  readonly scalars = new Map<string, PlacedScalar>()
  /** Whether something was left out that more faults would follow from. */
  isBroken = false
  readonly #source: SourceText
  readonly #faults: FaultList
  readonly #codes: YamlCodes
  readonly #anchors = new Map<string, Node>()
  #values = 0

  constructor(source: SourceText, faults: FaultList, codes: YamlCodes) {
    this.#source = source
    this.#faults = faults
    this.#codes = codes
  }

  read(node: Node, path: readonly string[], depth: number): unknown {
    if (this.isBroken) return null
    this.#values++
    if (this.#values > maxValues || depth > maxDepth) {
      this.#break(offsetOf(node), 'This unfolds to more than the file can be.', 'Do without aliases here.')
      return null
    }
    if (isAlias(node)) return this.#readAlias(node, path, depth)
    if ('anchor' in node && node.anchor) this.#anchors.set(node.anchor, node)
    if (isMap(node)) return this.#readMap(node.items as Pair<Node, Node | null>[], path, depth)
    if (isSeq(node)) return this.#readList(node.items as Node[], path, depth)
    if (!isScalar(node)) return null
    this.scalars.set(spotKey(path), placedScalar(node))
    return node.value
  }

  #readList(items: readonly Node[], path: readonly string[], depth: number): unknown[] {
    return items.map((item, index) => {
      const itemPath = [...path, String(index)]
      const [start, end] = item.range ?? [0, 0]
      this.spots.set(spotKey(itemPath), { key: start, value: start, valueEnd: end })
      return this.read(item, itemPath, depth + 1)
    })
  }

  #readAlias(alias: Node & { readonly source: string }, path: readonly string[], depth: number): unknown {
    const target = this.#anchors.get(alias.source)
    if (target !== undefined) return this.read(target, path, depth + 1)
    this.#break(offsetOf(alias), 'There is no anchor of that name above this alias.', 'Write the value out.')
    return null
  }

  #readMap(pairs: readonly Pair<Node, Node | null>[], path: readonly string[], depth: number): Record<string, unknown> {
    const entries: Record<string, unknown> = {}
    const firstOffsets = new Map<string, number>()
    for (const { key: keyNode, value: valueNode } of pairs) {
      const key = String(this.read(keyNode, [], depth + 1))
      if (this.isBroken) break
      const offset = offsetOf(keyNode)
      const first = firstOffsets.get(key)
      if (first !== undefined || key === '__proto__') {
        this.#refuseKey(key, offset, first)
        continue
      }
      firstOffsets.set(key, offset)
      const keyPath = [...path, key]
      const range = valueNode?.range ?? [offset, offset]
      this.spots.set(spotKey(keyPath), { key: offset, value: range[0], valueEnd: range[1] })
      entries[key] = valueNode === null ? null : this.read(valueNode, keyPath, depth + 1)
    }
    return entries
  }

  #refuseKey(key: string, offset: number, first: number | undefined): void {
    const shown = shownPart(key, 'This key')
    const place = this.#source.placeAt(offset)
    if (first === undefined) {
      this.#faults.add(this.#codes.key, place, `${shown} cannot be a key.`)
      return
    }
    const { line } = this.#source.placeAt(first)
    this.#faults.add(
      this.#codes.key,
      place,
      `${shown} stands here again; it is already in line ${line}.`,
      'Remove one.',
    )
  }

  #break(offset: number, message: string, remedy: string): void {
    this.isBroken = true
    this.#faults.add(this.#codes.syntax, this.#source.placeAt(offset), message, remedy)
  }
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}

function placedScalar(scalar: Scalar): PlacedScalar {
  const [start, end] = scalar.range ?? [0, 0]
  return {
    text: scalar.source ?? String(scalar.value),
    isQuoted: scalar.type !== Scalar.PLAIN,
    isLiteral: scalar.type === Scalar.BLOCK_LITERAL,
    start,
    end,
  }
}

function spotKey(path: readonly PropertyKey[]): string {
  return path.map(String).join('\0')
}
