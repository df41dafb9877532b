import { parseDuration } from '../duration/index.ts'
import { parseSize } from '../size/index.ts'
import { suggest } from '../suggestion/index.ts'

/** The keys of option lines. `name` begins a section. */
export const optionKeys = [
  'name',
  'database',
  'publish',
  'onFailure',
  'snapshot',
  'identical',
  'maxParallel',
  'timeout',
  'retries',
  'maxRows',
  'maxBytes',
  'effect',
  'tags',
  'needs',
  'expect',
  'cache',
  'param',
] as const

/** A key of an option line. */
export type OptionKey = (typeof optionKeys)[number]

/** What a comment line says: an option, nearly an option (`meant` is the line that was likely meant), or nothing to us. */
export type OptionLine =
  | { readonly kind: 'option'; readonly key: OptionKey; readonly value: string; readonly valueOffset: number }
  | { readonly kind: 'near'; readonly written: string; readonly meant: string }
  | { readonly kind: 'comment' }

const keyed = /^--[ \t]*([A-Za-z][A-Za-z_-]*)[ \t]*:(.*)$/s
const spacedKey = /^--[ \t]*([A-Za-z]+) ([A-Za-z]+)[ \t]*:/
const withoutColon = /^--[ \t]*([a-z]+|onFailure|maxRows|maxBytes|maxParallel)(?:[ \t]*=[ \t]*|[ \t]+)(\S+)[ \t]*$/

/** What the text of a comment, from its dashes on, says as a line of options. */
export function parseOptionLine(comment: string): OptionLine {
  const match = keyed.exec(comment)
  if (match !== null) {
    const [, key = '', rest = ''] = match
    const valueOffset = comment.length - rest.trimStart().length
    if (isOptionKey(key)) return { kind: 'option', key, value: rest.trim(), valueOffset }
    const meant = closeKey(key)
    return meant === null ? { kind: 'comment' } : { kind: 'near', written: key, meant: `${meant}:` }
  }
  return spacedLine(comment) ?? lineWithoutColon(comment) ?? { kind: 'comment' }
}

/** Whether a comment is the line that begins a section. */
export function startsSection(comment: string): boolean {
  const line = parseOptionLine(comment)
  return line.kind === 'option' && line.key === 'name'
}

function isOptionKey(word: string): word is OptionKey {
  return optionKeys.some((key) => key === word)
}

/** `parameter` is not close to `param` in letters; `expected` is, but is a word of its own that people begin comments with. */
function closeKey(word: string): OptionKey | null {
  if (/^param(?:eter)?s?$/i.test(word)) return 'param'
  if (/^retry$/i.test(word)) return 'retries'
  const candidate = optionKeys.find((key) => key === suggest(word, optionKeys)) ?? null
  return candidate !== null && word.toLowerCase().startsWith(candidate) && word.length > candidate.length + 1
    ? null
    : candidate
}

/** `-- time out: 5s` */
function spacedLine(comment: string): OptionLine | null {
  const [, first = '', second = ''] = spacedKey.exec(comment) ?? []
  const joined = (first + second).toLowerCase()
  const key = optionKeys.find((candidate) => candidate.toLowerCase() === joined)
  return key === undefined ? null : { kind: 'near', written: `${first} ${second}`, meant: `${key}:` }
}

/** `-- timeout 5s` and `-- timeout = 5s`, where the value leaves no doubt. */
function lineWithoutColon(comment: string): OptionLine | null {
  const [, key = '', value = ''] = withoutColon.exec(comment) ?? []
  const isValue =
    ((key === 'timeout' || key === 'expect' || key === 'cache') && parseDuration(value) !== null) ||
    ((key === 'retries' || key === 'maxRows' || key === 'maxParallel') && /^\d+$/.test(value)) ||
    (key === 'maxBytes' && parseSize(value) !== null) ||
    (key === 'effect' && /^(?:read|write)$/.test(value)) ||
    (key === 'onFailure' && /^(?:continue|stop)$/.test(value)) ||
    (key === 'snapshot' && /^(?:own|shared)$/.test(value)) ||
    (key === 'identical' && /^(?:each|once)$/.test(value)) ||
    (key === 'cache' && value === 'none')
  return isValue ? { kind: 'near', written: key, meant: `${key}: ${value}` } : null
}
