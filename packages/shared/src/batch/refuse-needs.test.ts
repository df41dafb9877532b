import { expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import { FaultList } from './fault-list.ts'
import { parseBatch } from './parse-batch.ts'
import { refuseNeeds } from './refuse-needs.ts'

test('a query says in its file which others it needs', async () => {
  const { queries, maxParallel } = await parse(
    '-- maxParallel: 3\n-- name: a\nselect 1;\n-- name: b\n-- needs: a\nselect 2;\n-- name: c\n-- needs: b , a\nselect 3;',
  )
  expect(queries.map(({ needs }) => needs)).toEqual([[], ['a'], ['b', 'a']])
  expect(maxParallel).toBe(3)
})

test('a query may need one that stands further down in the file', async () => {
  const { queries } = await parse('-- name: b\n-- needs: a\nselect 2;\n-- name: a\nselect 1;')
  expect(queries[0]?.needs).toEqual(['a'])
})

test.each([
  ['-- needs: b, sales_totl', 'QP_NEED_UNKNOWN', 'sales_totl`. Did you mean `sales_total`?', 14],
  ['-- needs: sales', 'QP_NEED_SELF', '`sales` needs itself.', 11],
  ['-- needs: b, b', 'QP_NEED_TWICE', '`sales` needs `b` twice.', 14],
  ['-- needs: b,, b', 'QP_OPTION_VALUE', '`` cannot be the name of a query', 13],
  ['-- needs: Sales_total', 'QP_NEED_UNKNOWN', 'Did you mean `sales_total`?', 11],
])('%s is refused at its place', async (line, code, message, column) => {
  const text = `-- name: sales\n${line}\nselect 1;\n-- name: b\nselect 2;\n-- name: sales_total\nselect 3;`
  expect(await faultsOf(text)).toMatchObject([
    { code, message: expect.stringContaining(message), place: { line: 2, column } },
  ])
})

test('queries that need each other are shown as a path, each circle once', async () => {
  const needs = { a: 'c', b: 'a', c: 'b', d: 'a', e: 'f', f: 'e' }
  const text = Object.entries(needs).map(([name, need]) => `-- name: ${name}\n-- needs: ${need}\nselect 1;\n`)
  const faults = await faultsOf(text.join(''))
  expect(faults.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^QP_NEED_CYCLE .*: a -> c -> b -> a\.$/),
    expect.stringMatching(/^QP_NEED_CYCLE .*: e -> f -> e\.$/),
  ])
})

test.each([
  ['-- maxParallel: 0', 'QP_OPTION_VALUE'],
  ['-- maxParallel 4', 'QP_OPTION_UNKNOWN'],
  ['-- needs: a', 'QP_OPTION_MISPLACED'],
])('%s is no option of a batch', async (line, code) => {
  expect(await faultsOf(`${line}\n-- name: a\nselect 1;`)).toMatchObject([{ code }])
})

test('a query that needs others cannot take the result of a run before', async () => {
  const text = '-- cache: 1h\n-- name: a\nselect 1;\n-- name: b\n-- needs: a\nselect 2;'
  expect((await parse(text)).queries.map(({ cacheMs }) => cacheMs)).toEqual([3_600_000, null])
  expect(await faultsOf(text.replace('-- needs: a', '-- needs: a\n-- cache: 1h'))).toMatchObject([
    { code: 'QP_CACHE_NEEDS' },
  ])
})

test('a circle through ten thousand queries is found, and shown in short', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `q_${index}`)
  const place = { file: 'deep.sql', line: 1, column: 1 }
  const needing = names.map((name, index) => ({
    name,
    needs: [{ name: names[(index + 1) % names.length] ?? '', place }],
  }))
  const faults = new FaultList()
  refuseNeeds(names, needing, faults)
  expect(() => faults.throwIfAny()).toThrow('q_11 -> … (9988 more) -> q_0.')
})

test('any graph without a circle is taken, and any with one is refused', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const names = Array.from({ length: 2 + random(9) }, (_, index) => `q_${index}`)
    const edges = Array.from(
      { length: random(14) },
      () => [random(names.length), random(names.length)] as const,
    ).filter(
      ([from, to], index, all) =>
        from !== to && all.findIndex(([one, other]) => one === from && other === to) === index,
    )
    const needing = names.map((name, index) => ({
      name,
      needs: edges
        .filter(([from]) => from === index)
        .map(([, to]) => ({ name: names[to] ?? '', place: { file: 'f', line: index + 1, column: to + 1 } })),
    }))
    const faults = new FaultList()
    refuseNeeds(names, needing, faults)
    expect(faults.hasAny, JSON.stringify(edges)).toBe(!canAllBegin(names.length, edges))
  }
})

/** Takes away what needs nothing that is left, until nothing more can be taken away. */
function canAllBegin(count: number, edges: readonly (readonly [number, number])[]): boolean {
  const left = new Set(Array.from({ length: count }, (_, index) => index))
  for (let before = -1; before !== left.size; ) {
    before = left.size
    for (const one of left) if (!edges.some(([from, to]) => from === one && left.has(to))) left.delete(one)
  }
  return left.size === 0
}

function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function parse(text: string) {
  return parseBatch(Buffer.from(text), 'batch.sql')
}

async function faultsOf(text: string) {
  const thrown = await parse(text).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(InvalidDefinition)
  return (thrown as InvalidDefinition).faults
}
