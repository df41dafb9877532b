import type { ErrorCode, Place } from '../../errors/index.ts'
import { type FileKind, IssueFaults } from '../../yaml/issue-faults.ts'
import { keysAt } from '../../yaml/keys-at.ts'
import { type PlacedData, type PlacedScalar, readYaml } from '../../yaml/read-yaml.ts'
import type { FaultList } from '../fault-list.ts'
import type { PlacedText, SourceText } from '../source-text.ts'
import { batchJsonSchema } from './batch-json-schema.ts'
import { KeyReader } from './key-reader.ts'

type Path = readonly PropertyKey[]
type FoundPlace = ReturnType<PlacedText['placeAt']>

const schema = batchJsonSchema()
const namedIn: Readonly<Record<string, string>> = { queries: 'a query', params: 'a parameter' }

const batchFile: FileKind = {
  codes: { key: 'QP_BATCH_KEY', value: 'QP_BATCH_VALUE' },
  whole: 'The batch',
  secretKeys: [],
  namedAt: (path) => namedIn[String(path.at(-2))] ?? 'anything here',
  keysAt: (path) => keysAt(schema, path),
}

/** A batch file in YAML: its data, with the places at which it stands, and the list of what is wrong with it. */
export class YamlFile {
  readonly data: unknown
  readonly source: SourceText
  readonly faults: FaultList
  readonly keys: KeyReader
  readonly #placed: PlacedData

  private constructor(source: SourceText, placed: PlacedData, faults: FaultList) {
    this.source = source
    this.faults = faults
    this.data = placed.data
    this.keys = new KeyReader(new IssueFaults(source, placed, faults, batchFile))
    this.#placed = placed
  }

  /** Null when the text isn't YAML: the faults are then on the list. */
  static read(read: SourceText, faults: FaultList): YamlFile | null {
    const source = { ...read, placeAt: (offset: number) => withoutUrl(read.placeAt(offset)) }
    const placed = readYaml(source, faults, { syntax: 'QP_BATCH_SYNTAX', key: 'QP_BATCH_KEY' })
    return placed === null ? null : new YamlFile(source, placed, faults)
  }

  /** Whether there is such a key. */
  has(path: Path): boolean {
    return this.#placed.spotOf(path) !== undefined
  }

  /** Where a key stands, or the file begins. */
  keyPlace(path: Path): FoundPlace {
    return this.source.placeAt(this.#placed.spotOf(path)?.key ?? 0)
  }

  /** Where the value of a key stands, or the file begins. */
  valuePlace(path: Path): FoundPlace {
    return this.source.placeAt(this.#placed.spotOf(path)?.value ?? 0)
  }

  /** Undefined where no single value stands. */
  scalarAt(path: Path): PlacedScalar | undefined {
    return this.#placed.scalarAt(path)
  }

  /** Puts a fault on the list. */
  refuse(code: ErrorCode, place: Place, message: string, remedy?: string): void {
    this.faults.add(code, place, message, remedy)
  }
}

/** A URL may have a password in it: the line is not shown then. */
function withoutUrl(place: FoundPlace): FoundPlace {
  const { lineText = '', ...withoutLine } = place
  return lineText.includes('://') ? withoutLine : place
}
