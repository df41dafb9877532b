import { expect, test } from 'vitest'
import { checkClocks } from './check-clocks.ts'

const clock = (name: string, aheadMs: number, uncertainMs = 1) => ({ name, aheadMs, uncertainMs })

test('clocks that differ by no more than two seconds agree', () => {
  expect(checkClocks([clock('Redis', 1000), clock('main', -900)])).toMatchObject({ verdict: 'ok' })
})

test('a server whose clock differs from ours is named', () => {
  expect(checkClocks([clock('Redis', 100), clock('main', -2400)])).toMatchObject({
    verdict: 'warn',
    message: 'Redis is 2.5 s ahead of main',
  })
})

test('two servers that differ from each other are named, though each is near to ours', () => {
  expect(checkClocks([clock('Redis', 1500), clock('main', -1500)])).toMatchObject({
    message: 'Redis is 3.0 s ahead of main',
  })
})

test('a slow answer does not make a clock wrong', () => {
  expect(checkClocks([clock('Redis', 4000, 3000)])).toMatchObject({ verdict: 'ok' })
})

test('without a server there is nothing to compare', () => {
  expect(checkClocks([])).toBeNull()
})
