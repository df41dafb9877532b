/** Work that is done again and again. */
export interface Repeated {
  /** Does it now, or once more when it is being done. */
  now(): void
  /** Ends it, after what is being done. */
  stop(): Promise<void>
}

/** Does `work` every so often, never twice at once. */
export function repeat(everyMs: number, work: () => Promise<void>, onTrouble: (error: Error) => void): Repeated {
  let running: Promise<void> | null = null
  let isDue = false
  const run = (): void => {
    if (running) {
      isDue = true
      return
    }
    isDue = false
    running = work()
      .catch((error: unknown) => onTrouble(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        running = null
        if (isDue) run()
      })
  }
  const timer = setInterval(run, everyMs)
  return {
    now: run,
    stop: async () => {
      clearInterval(timer)
      isDue = false
      await running
    },
  }
}
