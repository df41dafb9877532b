import type { z } from 'zod'
import type { FaultList } from '../batch/fault-list.ts'
import type { SourceText } from '../batch/source-text.ts'
import type { Place } from '../errors/index.ts'
import { didYouMean } from '../suggestion/index.ts'
import { keysAt } from './config-json-schema.ts'
import type { SaidOfFault } from './config-values.ts'
import type { PlacedData, Spot } from './read-yaml.ts'
import { shownPart, shownPath } from './shown-part.ts'

type Issue = z.core.$ZodIssue

/** Keys whose values are never shown: a secret may stand there by mistake. */
const secretKeys: readonly PropertyKey[] = ['url', 'ca', 'cert', 'key']

/** Puts what the schema found in a file on the list, each with its place. */
export class IssueFaults {
  readonly #source: SourceText
  readonly #placed: PlacedData
  readonly #faults: FaultList

  constructor(source: SourceText, placed: PlacedData, faults: FaultList) {
    this.#source = source
    this.#placed = placed
    this.#faults = faults
  }

  add(issue: Issue): void {
    if (issue.code === 'unrecognized_keys') this.#addUnknownKeys(issue.path, issue.keys)
    else if (issue.code === 'invalid_key') this.#addBadName(issue.path)
    else if (issue.path.length > 0 && this.#placed.spotOf(issue.path) === undefined) this.#addMissing(issue)
    else this.#addBadValue(issue)
  }

  #addUnknownKeys(path: readonly PropertyKey[], keys: readonly string[]): void {
    const known = keysAt(path)
    const owner = path.length === 0 ? 'of the configuration' : `of ${shownPath(path)}`
    for (const key of keys) {
      const message = `${shownPart(key, 'This')} is not a key ${owner}.${didYouMean(key, known)}`
      const remedy = `Write one of ${known.map((candidate) => `\`${candidate}\``).join(', ')}; or remove it.`
      this.#faults.add('QP_CONFIG_KEY', this.#placeOf([...path, key], 'key'), message, remedy)
    }
  }

  #addBadName(path: readonly PropertyKey[]): void {
    const message = `${shownPart(String(path.at(-1)), 'This')} cannot be the name of a database.`
    const remedy = 'Use up to 63 of the letters a to z and A to Z, digits and `_`, and no digit first.'
    this.#faults.add('QP_CONFIG_KEY', this.#placeOf(path, 'key'), message, remedy)
  }

  #addMissing(issue: Issue): void {
    const owner = issue.path.slice(0, -1)
    const message = `${shownPath(owner)} has no ${shownPart(String(issue.path.at(-1)), 'such key')}.`
    this.#faults.add('QP_CONFIG_KEY', this.#placeOf(owner, 'key'), message, `Add it; it must be ${issue.message}.`)
  }

  #addBadValue(issue: Issue): void {
    const said = (issue.code === 'custom' ? issue.params : undefined) as SaidOfFault | undefined
    const subject = shownPath(issue.path) || 'The configuration'
    const message = said?.sentence ?? `must be ${issue.message}${this.#insteadOf(issue.path)}`
    this.#faults.add('QP_CONFIG_VALUE', this.#placeOf(issue.path, 'value'), `${subject} ${message}.`, said?.remedy)
  }

  /** `, not …` with what stands there, where that may be shown. */
  #insteadOf(path: readonly PropertyKey[]): string {
    const spot = this.#placed.spotOf(path)
    if (spot === undefined || secretKeys.includes(path.at(-1) ?? '')) return ''
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
