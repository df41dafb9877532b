const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size for people: `812 B`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  let power = 0
  while (power < units.length - 1 && bytes / 1024 ** power >= 1024) power++
  return `${power === 0 ? bytes : (bytes / 1024 ** power).toFixed(1)} ${units[power]}`
}
