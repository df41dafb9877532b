import { setTimeout as wait } from 'node:timers/promises'

const lookEveryMs = 150

/**
 * Waits until something gives a value that is neither null nor false. What it throws counts as "not yet".
 * @returns the value; null when the time was over before, which the machine's pauses may cause: be generous
 */
export async function until<T>(within: number, look: () => Promise<T | null | false>): Promise<T | null> {
  const deadline = Date.now() + within
  for (;;) {
    const found = await look().catch(() => null)
    if (found !== null && found !== false) return found
    if (Date.now() > deadline) return null
    await wait(lookEveryMs)
  }
}
