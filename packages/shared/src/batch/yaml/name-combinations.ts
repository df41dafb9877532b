import { createHash } from 'node:crypto'
import { maxIdentifierLength } from '../identifier.ts'

const hashLength = 10

/**
 * Names for the queries of a matrix: that of the matrix with the values behind it, `sales_north_2024`. Where such a name
 * would be too long, would say nothing or would be that of another one too, a hash of the values stands at its end. The name
 * of a combination depends on no other one, unless two come to the same.
 * @param values those of each combination, in the order of its keys
 */
export function nameCombinations(base: string, values: readonly (readonly (string | null)[])[]): string[] {
  const plain = values.map((texts) => [base, ...texts.map(readable)].filter((part) => part !== '').join('_'))
  const counts = new Map<string, number>()
  for (const name of plain) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  return plain.map((name, index) => {
    const texts = values[index] ?? []
    const isUsable =
      name.length <= maxIdentifierLength &&
      counts.get(name.toLowerCase()) === 1 &&
      texts.every((text) => readable(text) !== '')
    return isUsable ? name : withHash(name, texts)
  })
}

function withHash(name: string, texts: readonly (string | null)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, hashLength)
  return `${name.slice(0, maxIdentifierLength - hashLength - 1).replace(/_+$/, '')}_${hash}`
}

/** A value as a part of an identifier: accents dropped, other characters replaced by `_`. */
function readable(text: string | null): string {
  return (text ?? 'null')
    .slice(0, 1000)
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}
