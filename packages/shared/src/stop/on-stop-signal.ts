// A Ctrl-C at a terminal reaches a program and its parent, which passes it on: that is one, not two.
const sameMs = 1000

/**
 * Calls back once: at the first SIGTERM or Ctrl-C, or when the program that started this one, and keeps a channel to it open,
 * is gone. A second SIGTERM or Ctrl-C, later, ends the process at once with status 130.
 */
export function onStopSignal(stop: () => void): void {
  let askedAt: number | null = null
  const ask = (): void => {
    if (askedAt === null) {
      askedAt = Date.now()
      stop()
    } else if (Date.now() - askedAt > sameMs) process.exit(130)
  }
  process.on('SIGTERM', ask)
  process.on('SIGINT', ask)
  const askOnce = (): void => {
    if (askedAt === null) ask()
  }
  process.once('disconnect', askOnce)
  // It had a channel, and whoever held the other end was gone before we could listen.
  if (process.send !== undefined && !process.connected) queueMicrotask(askOnce)
  // The channel alone is no reason to go on.
  process.channel?.unref()
}
