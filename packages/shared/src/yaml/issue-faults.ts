import type { z } from 'zod'
import type { FaultList } from '../batch/fault-list.ts'
import type { SourceText } from '../batch/source-text.ts'
import type { ErrorCode, Place } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import type { PlacedData, Spot } from './read-yaml.ts'
import { shownPart, shownPath } from './shown-part.ts'
import type { SaidOfFault } from './value-shapes.ts'

type Issue = z.core.$ZodIssue
type UnionIssue = z.core.$ZodIssueInvalidUnion

/** What has to be known of a kind of file to say what is wrong with one. */
export interface FileKind {
  readonly codes: { readonly key: ErrorCode; readonly value: ErrorCode }
  /** What it is, as the beginning of a sentence: `The configuration`. */
  readonly whole: string
  /** What the names of one's own choice are of, at a path: `a database`. */
  namedAt(path: readonly PropertyKey[]): string
  /** Keys whose values are never shown: a secret may stand there by mistake. */
  readonly secretKeys: readonly PropertyKey[]
  /** The keys that a map at a path can have; none where they are names of one's own choice. */
  keysAt(path: readonly PropertyKey[]): readonly string[]
}

/** Puts what the schema found in a file on the list, each with its place. */
export class IssueFaults {
  readonly #source: SourceText
  readonly #placed: PlacedData
  readonly #faults: FaultList
  readonly #kind: FileKind

  constructor(source: SourceText, placed: PlacedData, faults: FaultList, kind: FileKind) {
    this.#kind = kind
    this.#source = source
    this.#placed = placed
    this.#faults = faults
  }

  add(issue: Issue): void {
    if (issue.code === 'unrecognized_keys') this.#addUnknownKeys(issue.path, issue.keys)
    else if (issue.code === 'invalid_key') this.#addBadName(issue.path)
    else if (issue.code === 'invalid_union' && branchOf(issue) !== null) this.#addOfBranch(issue)
    else if (issue.path.length > 0 && this.#placed.spotOf(issue.path) === undefined) this.#addMissing(issue)
    else this.#addBadValue(issue)
  }

  /** What may have several forms is taken to have the one that it begins to have. */
  #addOfBranch(union: UnionIssue): void {
    for (const issue of branchOf(union) ?? []) this.add({ ...issue, path: [...union.path, ...issue.path] })
  }

  #addUnknownKeys(path: readonly PropertyKey[], keys: readonly string[]): void {
    const known = this.#kind.keysAt(path)
    const owner = path.length === 0 ? `of ${this.#kind.whole.toLowerCase()}` : `of ${shownPath(path)}`
    for (const key of keys) {
      const message = `${shownPart(key, 'This')} is not a key ${owner}.${didYouMean(key, known)}`
      const remedy = `Write one of ${known.map((candidate) => `\`${candidate}\``).join(', ')}; or remove it.`
      this.#faults.add(this.#kind.codes.key, this.#placeOf([...path, key], 'key'), message, remedy)
    }
  }

  #addBadName(path: readonly PropertyKey[]): void {
    const message = `${shownPart(String(path.at(-1)), 'This')} cannot be the name of ${this.#kind.namedAt(path)}.`
    const remedy = 'Use up to 63 of the letters a to z and A to Z, digits and `_`, and no digit first.'
    this.#faults.add(this.#kind.codes.key, this.#placeOf(path, 'key'), message, remedy)
  }

  #addMissing(issue: Issue): void {
    const owner = issue.path.slice(0, -1)
    const message = `${shownPath(owner) || this.#kind.whole} has no ${shownPart(String(issue.path.at(-1)), 'such key')}.`
    this.#faults.add(this.#kind.codes.key, this.#placeOf(owner, 'key'), message, `Add it; it must be ${issue.message}.`)
  }

  #addBadValue(issue: Issue): void {
    const said = (issue.code === 'custom' ? issue.params : undefined) as SaidOfFault | undefined
    const subject = shownPath(issue.path) || this.#kind.whole
    const message = said?.sentence ?? `must be ${issue.message}${this.#insteadOf(issue.path)}`
    this.#faults.add(this.#kind.codes.value, this.#placeOf(issue.path, 'value'), `${subject} ${message}.`, said?.remedy)
  }

  /** `, not …` with what stands there, where that may be shown. */
  #insteadOf(path: readonly PropertyKey[]): string {
    const spot = this.#placed.spotOf(path)
    if (spot === undefined || this.#kind.secretKeys.includes(path.at(-1) ?? '')) return ''
    const written = this.#source.text.slice(spot.value, spot.valueEnd)
    if (written === '') return ', not empty'
    const shown = shownPart(written, '')
    return shown === '' ? '' : `, not ${shown}`
  }

  #placeOf(path: readonly PropertyKey[], part: 'key' | 'value'): Place {
    const spot: Spot | undefined = this.#placed.spotOf(path)
    return this.#source.placeAt(spot?.[part] ?? 0)
  }
}

function branchOf({ errors }: UnionIssue): readonly Issue[] | null {
  return errors.find((issues) => !issues.some(({ path, code }) => path.length === 0 && code === 'invalid_type')) ?? null
}
