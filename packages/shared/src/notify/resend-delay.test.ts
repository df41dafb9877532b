import { expect, test } from 'vitest'
import { resendDelayMs } from './resend-delay.ts'

const hourMs = 3600 * 1000

test('a notification is tried for about a day, ever more seldom, and then given up', () => {
  const delays: number[] = []
  for (let attempt = 1; ; attempt++) {
    const delayMs = resendDelayMs(attempt, 0.5)
    if (delayMs === null) break
    delays.push(delayMs)
  }
  expect(delays.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000])
  expect(Math.max(...delays)).toBe(4 * hourMs)
  const inAllMs = delays.reduce((sum, delayMs) => sum + delayMs, 0)
  expect(inAllMs / hourMs).toBeGreaterThan(20)
  expect(inAllMs / hourMs).toBeLessThan(24)
})

test('no two of them keep step', () => {
  expect(resendDelayMs(3, 0)).toBe(15_000)
  expect(resendDelayMs(3, 1)).toBe(25_000)
})
