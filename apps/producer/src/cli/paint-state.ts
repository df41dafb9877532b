import pc from 'picocolors'

/** The state of a run or a query in its colour, on a terminal that has colours. */
export function paintState(state: string): string {
  if (state === 'succeeded') return pc.green(state)
  if (state === 'failed') return pc.red(state)
  if (state === 'partial' || state === 'cancelled') return pc.yellow(state)
  return state === 'running' ? pc.cyan(state) : state
}
