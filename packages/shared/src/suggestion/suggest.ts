import { distance } from 'fastest-levenshtein'

/**
 * The candidate that a person most likely meant when they wrote `word`, or null when none is close. Case, `-` and `_`
 * do not count; a word of up to five letters may be one letter off, of up to eight two, a longer one three.
 */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  let best: { candidate: string; off: number } | null = null
  for (const candidate of candidates) {
    const allowed = allowedDistance(candidate)
    if (Math.abs(plain(word).length - plain(candidate).length) > allowed) continue
    const off = mistakes(plain(word), plain(candidate))
    if (off <= allowed && (best === null || off < best.off)) best = { candidate, off }
  }
  return best?.candidate ?? null
}

/** ` Did you mean …?` for the end of a message, or the empty string when nothing is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const candidate = suggest(word, candidates)
  return candidate === null ? '' : ` Did you mean \`${candidate}\`?`
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '')
}

/** Letters put in, left out or changed; two neighbours swapped are one mistake. */
function mistakes(word: string, candidate: string): number {
  const first = [...word].findIndex((letter, index) => letter !== candidate[index])
  const swapped = `${word.slice(0, first)}${word[first + 1]}${word[first]}${word.slice(first + 2)}`
  return first >= 0 && swapped === candidate ? 1 : distance(word, candidate)
}

function allowedDistance(candidate: string): number {
  if (candidate.length <= 2) return 0
  if (candidate.length <= 5) return 1
  return candidate.length <= 8 ? 2 : 3
}
