const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
}

/**
 * A size as people write it, `10GiB`, `500 MB`, `1.5TiB`, `0B`, in bytes. A number without a unit says nothing. Null when
 * `text` isn't one, or is more than a number can hold.
 */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,16}(?:\.\d{1,3})?) ?([kKMGT]i?B|B)$/.exec(text.trim())
  const unit = unitBytes[match?.[2] ?? '']
  if (match === null || unit === undefined) return null
  const bytes = Math.round(Number(match[1]) * unit)
  return Number.isSafeInteger(bytes) ? bytes : null
}
