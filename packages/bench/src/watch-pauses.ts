/** Watches for pauses of the machine: times in which a timer of this idle process did not fire. */
export interface PauseWatch {
  /** How long the pauses since the last call were in all, in ms; 0 when there was none. */
  take(): number
  stop(): void
}

const tickMs = 20

/** Shorter ones are the scheduler of a busy machine, not a pause of all of it. */
const shortestPauseMs = 200

/** Begins to watch. */
export function watchPauses(): PauseWatch {
  let pausedMs = 0
  let lastMs = performance.now()
  const look = (): void => {
    const nowMs = performance.now()
    pausedMs += pauseOf(nowMs - lastMs)
    lastMs = nowMs
  }
  const timer = setInterval(look, tickMs)
  return {
    take: () => {
      look()
      const takenMs = pausedMs
      pausedMs = 0
      return takenMs
    },
    stop: () => clearInterval(timer),
  }
}

/** How much of the time between two ticks was a pause, in ms. */
export function pauseOf(gapMs: number): number {
  const lateMs = gapMs - tickMs
  return lateMs >= shortestPauseMs ? lateMs : 0
}
