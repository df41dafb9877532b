import type { RunState } from '@querypool/shared/run'

/** The exit status of a command that waited for a run: 0 succeeded, 4 cancelled, 1 anything else. */
export function exitStatusOf(state: RunState): 0 | 1 | 4 {
  if (state === 'succeeded') return 0
  return state === 'cancelled' ? 4 : 1
}
