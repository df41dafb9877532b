import type { RunView } from '@querypool/shared/journal'

/** How many queries came to what, without the zeros: `4 succeeded, 1 failed`. */
export function renderCounts({ counts }: Pick<RunView, 'counts'>): string {
  const { succeeded, failed, cancelled, skipped, running, queued } = counts
  return Object.entries({ succeeded, failed, cancelled, skipped, running, queued })
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ')
}
