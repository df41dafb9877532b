import type { Random } from '../random.ts'
import type { KnownQuery } from './batch.ts'
import type { Kind } from './kind.ts'

const queryCount = 200
const mostNeeds = 3

/** Two hundred reads that need each other, of which some are said to be short: a graph without a circle, in any order. */
export const graphs: Kind = {
  name: 'graphs',
  make: (key, random) => {
    const names = Array.from({ length: queryCount }, (_, index) => `node_${index + 1}`)
    const order = shuffled(names, random)
    const needs = new Map(order.map((name, place) => [name, drawNeeds(order.slice(0, place), random)]))
    const queries = names.map((name) => timedRead(key, name, needs.get(name) ?? [], random))
    return { key, kind: 'graphs', snapshot: 'own', queries }
  },
}

/** Each needs up to three of those before it; one in ten needs none, wherever it stands. */
function drawNeeds(before: readonly string[], random: Random): string[] {
  if (before.length === 0 || random.chance(0.1)) return []
  return [...new Set(Array.from({ length: random.between(1, mostNeeds) }, () => random.pick(before)))]
}

/** A read that tells by the clock of its database when it began and when it ended, in ms. */
function timedRead(batch: string, name: string, needs: readonly string[], random: Random): KnownQuery {
  const isShort = random.chance(0.4)
  const seconds = isShort ? 0.005 : random.between(5, 30) / 100
  const sql = `with began as materialized (select extract(epoch from clock_timestamp()) * 1000 as at),
done as materialized (select at, chaos.execute('${batch}/${name}', ${seconds}) as is_alone from began)
select at as began_at, extract(epoch from clock_timestamp()) * 1000 as ended_at, is_alone from done`
  return { name, sql, effect: 'read', needs, expected: null, ...(isShort ? { expectMs: 1 } : {}) }
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, place: random.fraction() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value)
}
