import { expect, test } from 'vitest'
import { faultNames } from '../faults/fault.ts'
import { planRound } from './plan-round.ts'
import { themes } from './theme.ts'

test('the same seed and round give the same plan, others another one', () => {
  expect(textOf(5, 3)).toBe(textOf(5, 3))
  expect(textOf(5, 3)).not.toBe(textOf(5, 4))
  expect(planRound(5, 3).blows).not.toEqual(planRound(6, 3).blows)
})

test('every theme and every fault comes in a hundred rounds', () => {
  const plans = Array.from({ length: 100 }, (_, index) => planRound(1, index + 1))
  expect(new Set(plans.map(({ theme }) => theme))).toEqual(new Set(themes.map(({ name }) => name)))
  expect(new Set(plans.flatMap(({ blows }) => blows.map(({ fault }) => fault)))).toEqual(new Set(faultNames))
})

function textOf(seed: number, round: number): string {
  return JSON.stringify(planRound(seed, round))
}

test('no two batches have the same key', () => {
  const keys = [1, 2, 3].flatMap((round) => planRound(9, round).batches.map(({ batch }) => batch.key))
  expect(new Set(keys).size).toBe(keys.length)
})
