/** A name that was seen before. */
export interface SeenName {
  readonly name: string
  readonly line: number
}

const usualNames = 1024
const usualNameBytes = 16

/**
 * The names of a batch's queries with the lines in which they stand, found again without regard to case. They lie in one
 * buffer with a table of hashes beside it (open addressing): a million of them take some 35 MB, a third of what a Map does.
 */
export class SeenNames {
  #count = 0
  #bytes = Buffer.alloc(usualNames * usualNameBytes)
  #used = 0
  #starts = new Uint32Array(usualNames + 1)
  #lines = new Uint32Array(usualNames)
  // Numbers of names from 1; 0: free. Never more than half full.
  #table = new Uint32Array(2 * usualNames)

  /** Adds an identifier unless it is there, at least in other case. @returns the one that is there already */
  add(name: string, line: number): SeenName | null {
    const slot = this.#findSlot(name.toLowerCase())
    const found = this.#table[slot] ?? 0
    if (found !== 0) return { name: this.#nameOf(found - 1), line: this.#lines[found - 1] ?? 0 }
    this.#append(name, line)
    this.#table[slot] = this.#count
    if (2 * this.#count >= this.#table.length) this.#growTable()
    return null
  }

  /** The names, in the order in which they came. */
  *[Symbol.iterator](): Generator<string> {
    for (let index = 0; index < this.#count; index++) yield this.#nameOf(index)
  }

  #nameOf(index: number): string {
    return this.#bytes.toString('latin1', this.#starts[index], this.#starts[index + 1])
  }

  #findSlot(lowerName: string): number {
    const mask = this.#table.length - 1
    for (let slot = hashOf(lowerName) & mask; ; slot = (slot + 1) & mask) {
      const found = this.#table[slot] ?? 0
      if (found === 0 || this.#nameOf(found - 1).toLowerCase() === lowerName) return slot
    }
  }

  #append(name: string, line: number): void {
    const end = this.#used + name.length
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(2 * end)
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    if (this.#count === this.#lines.length) {
      this.#lines = grown(this.#lines, 2 * this.#lines.length)
      this.#starts = grown(this.#starts, this.#lines.length + 1)
    }
    this.#bytes.write(name, this.#used, 'latin1')
    this.#lines[this.#count] = line
    this.#count++
    this.#used = end
    this.#starts[this.#count] = end
  }

  #growTable(): void {
    this.#table = new Uint32Array(2 * this.#table.length)
    for (let index = 0; index < this.#count; index++)
      this.#table[this.#findSlot(this.#nameOf(index).toLowerCase())] = index + 1
  }
}

function grown(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length)
  larger.set(numbers)
  return larger
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
