const shortestMs = 5000
const longestMs = 4 * 3600 * 1000
// 5 s, 10 s, 20 s … and from the thirteenth on 4 h: 21.7 h in all.
const mostAttempts = 17

/**
 * How long to wait after an attempt to send a notification has failed, in ms, a quarter more or less so that not all come
 * back at once; null: that was the last one.
 * @param attempts how many there were
 * @param random from 0 to 1
 */
export function resendDelayMs(attempts: number, random: number): number | null {
  if (attempts >= mostAttempts) return null
  const delayMs = Math.min(longestMs, shortestMs * 2 ** (attempts - 1))
  return Math.round(delayMs * (0.75 + random / 2))
}
