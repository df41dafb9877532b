import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml'
import type { FaultList } from '../batch/fault-list.ts'
import type { SourceText } from '../batch/source-text.ts'
import { shownPart } from './shown-part.ts'
import { yamlFault } from './yaml-fault.ts'

// A configuration nests five deep. These end what aliases and brackets could blow up.
const maxDepth = 20
const maxValues = 100_000

/** Where a key and its value stand, as offsets in the text. */
export interface Spot {
  readonly key: number
  readonly value: number
  readonly valueEnd: number
}

/** What a YAML file says, as plain data, and where it says it. */
export interface PlacedData {
  /** undefined: the file says nothing. */
  readonly data: unknown
  /** Undefined when there is no such key. */
  spotOf(path: readonly PropertyKey[]): Spot | undefined
}

/** The data of a YAML text, with aliases unfolded. Null when it isn't YAML: the faults are then on the list. */
export function readYaml(source: SourceText, faults: FaultList): PlacedData | null {
  // Keys are compared by the reader below: the library compares each with each, which takes minutes for a large map.
  const document = parseYaml(source, faults)
  if (document === null) return null
  const reader = new DataReader(source, faults)
  const data = document.contents === null ? undefined : reader.read(document.contents, [], 0)
  if (reader.isBroken) return null
  return { data, spotOf: (path) => reader.spots.get(spotKey(path)) }
}

function parseYaml(source: SourceText, faults: FaultList): Document.Parsed | null {
  const document = attempt(() =>
    parseDocument(source.text, { uniqueKeys: false, stringKeys: true, prettyErrors: false }),
  )
  if (document === null) {
    faults.add('QP_CONFIG_SYNTAX', { file: source.file }, 'The file nests too deep to be read.')
    return null
  }
  const problems = [...document.errors, ...document.warnings]
  for (const problem of problems) {
    const { message, remedy } = yamlFault(problem.code)
    faults.add('QP_CONFIG_SYNTAX', source.placeAt(problem.pos[0]), message, remedy)
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
  /** Whether something was left out that more faults would follow from. */
  isBroken = false
  readonly #source: SourceText
  readonly #faults: FaultList
  readonly #anchors = new Map<string, Node>()
  #values = 0

  constructor(source: SourceText, faults: FaultList) {
    this.#source = source
    this.#faults = faults
  }

  read(node: Node, path: readonly string[], depth: number): unknown {
    if (this.isBroken) return null
    this.#values++
    if (this.#values > maxValues || depth > maxDepth) {
      this.#break(offsetOf(node), 'This unfolds to more than a configuration can be.', 'Do without aliases here.')
      return null
    }
    if (isAlias(node)) return this.#readAlias(node, path, depth)
    if ('anchor' in node && node.anchor) this.#anchors.set(node.anchor, node)
    if (isMap(node)) return this.#readMap(node.items as Pair<Node, Node | null>[], path, depth)
    if (isSeq(node))
      return node.items.map((item, index) => this.read(item as Node, [...path, String(index)], depth + 1))
    return isScalar(node) ? node.value : null
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
      this.#faults.add('QP_CONFIG_KEY', place, `${shown} cannot be a key.`)
      return
    }
    const { line } = this.#source.placeAt(first)
    this.#faults.add(
      'QP_CONFIG_KEY',
      place,
      `${shown} stands here again; it is already in line ${line}.`,
      'Remove one.',
    )
  }

  #break(offset: number, message: string, remedy: string): void {
    this.isBroken = true
    this.#faults.add('QP_CONFIG_SYNTAX', this.#source.placeAt(offset), message, remedy)
  }
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0
}

function spotKey(path: readonly PropertyKey[]): string {
  return path.map(String).join('\0')
}
