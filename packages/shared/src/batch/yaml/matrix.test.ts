import { describe, expect, test } from 'vitest'
import type { Batch } from '../batch.ts'
import { bindArguments } from '../bind-arguments.ts'
import { selectQueries } from '../select-queries.ts'
import { parseYamlBatch } from './parse-yaml-batch.ts'

async function read(text: string): Promise<Batch> {
  return parseYamlBatch(new TextEncoder().encode(text), { file: 'x.yaml' })
}

/** A batch of one query that uses these keys of its matrix. */
function matrix(keys: string, sql: string, params = '{}'): string {
  return `name: x\nqueries:\n  q:\n    params: ${params}\n    matrix: ${keys}\n    sql: "${sql}"\n`
}

/** `name: key=value …` of each query. */
async function valuesOf(text: string): Promise<string[]> {
  const { queries } = await read(text)
  return queries.map(
    ({ name, parameters }) => `${name}: ${parameters.map((each) => `${each.name}=${each.default}`).join(' ')}`,
  )
}

describe('a matrix', () => {
  test('is one query for each combination of its values', async () => {
    const { queries } = await read(
      matrix('{ region: [north, south], day: [2024-01-01, 2024-01-02] }', 'select :region, :day', '{ day: date }'),
    )
    expect(queries.map(({ name, position }) => [name, position])).toEqual([
      ['q_north_2024_01_01', 0],
      ['q_north_2024_01_02', 1],
      ['q_south_2024_01_01', 2],
      ['q_south_2024_01_02', 3],
    ])
    expect(queries[3]?.parameters).toMatchObject([
      { name: 'region', type: 'text', default: 'south', isFixed: true },
      { name: 'day', type: 'date', default: '2024-01-02', isFixed: true },
    ])
  })

  test('includes as GitHub Actions does', async () => {
    // The example of their documentation.
    const keys = `{ fruit: [apple, pear], animal: [cat, dog], include: [{ color: green }, { color: pink, animal: cat },
      { fruit: apple, shape: circle }, { fruit: banana, animal: bee }, { fruit: banana, animal: cat }] }`
    const params = '{ color: { type: text, default: none }, shape: { type: text, default: none } }'
    expect(await valuesOf(matrix(keys, 'select :fruit, :animal, :color, :shape', params))).toEqual([
      'q_apple_cat: fruit=apple animal=cat color=pink shape=circle',
      'q_apple_dog: fruit=apple animal=dog color=green shape=circle',
      'q_pear_cat: fruit=pear animal=cat color=pink shape=none',
      'q_pear_dog: fruit=pear animal=dog color=green shape=none',
      'q_banana_bee: fruit=banana animal=bee color=none shape=none',
      'q_banana_cat: fruit=banana animal=cat color=none shape=none',
    ])
  })

  test('may be nothing but what it includes', async () => {
    expect(await valuesOf(matrix('{ include: [{ a: 1, b: x }, { a: 2, b: y }] }', 'select :a, :b'))).toEqual([
      'q_1_x: a=1 b=x',
      'q_2_y: a=2 b=y',
    ])
  })

  test('leaves out what is excluded', async () => {
    const keys = '{ a: [1, 2, 3], b: [x, y], exclude: [{ a: 2 }, { a: 3, b: y }] }'
    expect(await valuesOf(matrix(keys, 'select :a, :b'))).toEqual([
      'q_1_x: a=1 b=x',
      'q_1_y: a=1 b=y',
      'q_3_x: a=3 b=x',
    ])
  })

  test.each([
    ['[1, 2]', 'int'],
    ['[1, 3000000000]', 'bigint'],
    ['[1, 99999999999999999999]', 'numeric'],
    ['[1, 2.50]', 'numeric'],
    ['[true, false]', 'boolean'],
    ['[a, "1"]', 'text'],
    ['[1, null]', 'int'],
    ['[null]', 'text'],
    ['[007, 8]', 'int'],
  ])('%s has the type %s', async (values, type) => {
    const { queries } = await read(matrix(`{ k: ${values} }`, 'select :k'))
    expect(queries[0]?.parameters[0]?.type).toBe(type)
  })

  test('is needed as a whole by its name, or a query of it by its own', async () => {
    const others = '  all:\n    needs: q\n    sql: select 1\n  one:\n    needs: [q_2, all]\n    sql: select 1\n'
    const { queries } = await read(`${matrix('{ k: [1, 2] }', 'select :k')}${others}`)
    expect(queries.slice(2).map(({ needs }) => needs)).toEqual([
      ['q_1', 'q_2'],
      ['q_2', 'all'],
    ])
  })
})

describe('the names of its queries', () => {
  const namesOf = async (values: string): Promise<string[]> =>
    (await read(matrix(`{ k: ${values} }`, 'select :k', '{ k: text }'))).queries.map(({ name }) => name)

  test('are readable', async () => {
    expect(await namesOf('[north-west, "São Paulo", 2024-01-01, 1.5, null]')).toEqual([
      'q_north_west',
      'q_Sao_Paulo',
      'q_2024_01_01',
      'q_1_5',
      'q_null',
    ])
  })

  test('tell apart what reads the same, says nothing, or is too long, and stay when others come', async () => {
    const values = ['a b', 'A-B', '北', '南', '', '\u0007', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`]
    const names = await namesOf(JSON.stringify(values))
    expect((await namesOf(JSON.stringify(['y'.repeat(100)])))[0]).toMatch(/^q_y{50}_[0-9a-f]{10}$/)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(values.length)
    for (const name of names) expect(name).toMatch(/^q[A-Za-z0-9_]{1,62}$/)
    expect(names[2]).toMatch(/^q_[0-9a-f]{10}$/)
    expect(await namesOf(JSON.stringify(['南', '北']))).toEqual([names[3], names[2]])
  })
})

test.each([
  ['{ k: [1, 2, 1] }', 'QP_MATRIX 5:25 `1` stands in this list twice.'],
  ['{ k: [1, x] }', 'QP_PARAM_TYPE 5:22 The values of `k` are of several types: int, text.'],
  ['{ k: [1], exclude: [{ k: 2 }] }', 'QP_MATRIX 5:33 No combination has these values.'],
  ['{ k: [1], exclude: [{ kk: 1 }] }', 'QP_MATRIX 5:35 `kk` is not a key of the matrix.'],
  ['{ k: [1], exclude: [{ k: 1 }] }', 'QP_MATRIX 5:5 The matrix of `q` leaves no combination.'],
  ['{ k: [1], include: [{ k: 1, j: 2 }] }', 'QP_PARAM_UNUSED 5:5 The parameter `j` is declared, but `:j` is not used.'],
  ['{ k: [1], 9k: [1] }', 'QP_PARAM_SYNTAX 5:23 A key of a matrix is the name of a parameter'],
  ['{ k: 1 }', 'QP_BATCH_VALUE 5:18 `queries.q.matrix.k` must be a list of values'],
  ['{ k: [] }', 'QP_BATCH_VALUE 5:18 `queries.q.matrix.k` must be a list of values'],
  ['{ k: [[1]] }', 'QP_BATCH_VALUE 5:19 `queries.q.matrix.k.0` must be a single value'],
  ['[k]', 'QP_BATCH_VALUE 5:13 `queries.q.matrix` must be a map of keys to lists of values.'],
  ['{ k: [1], include: { k: 2 } }', 'QP_BATCH_VALUE 5:32 `queries.q.matrix.include` must be a list of up to 1000 maps'],
  [
    `{ k: [${Array.from({ length: 101 }, (_, n) => n)}], j: [${Array.from({ length: 100 }, (_, n) => n)}] }`,
    'QP_MATRIX_TOO_LARGE 5:5 The matrix has 10100 combinations',
  ],
])('%j is refused', async (keys, line) => {
  const thrown = await read(matrix(keys, 'select :k')).catch((error: unknown) => error)
  const { faults } = thrown as { faults: { code: string; message: string; place: { line: number; column: number } }[] }
  expect(
    faults.map(({ code, message, place }) => `${code} ${place.line}:${place.column} ${message}`).join('\n'),
  ).toContain(line)
})

test('a key that only some combinations have must have a value in the others', async () => {
  const keys = '{ k: [1, 2], include: [{ k: 1, j: 5 }] }'
  await expect(read(matrix(keys, 'select :k, :j'))).rejects.toThrow(/`q_2` has no value for `:j`/)
  expect(await valuesOf(matrix(keys, 'select :k, :j', '{ j: { type: int, default: 9 } }'))).toEqual([
    'q_1: k=1 j=5',
    'q_2: k=2 j=9',
  ])
})

test('values are checked against a declared type', async () => {
  await expect(read(matrix('{ k: [2024-01-01, 2024-02-30] }', 'select :k', '{ k: date }'))).rejects.toThrow(
    /This value of `k` is not one of type date: there is no such day/,
  )
})

test('what needs many by many is refused', async () => {
  const values = Array.from({ length: 400 }, (_, n) => n)
  const text = `${matrix(`{ k: [${values}] }`, 'select :k')}  r:\n    needs: q\n    matrix: { k: [${values}] }\n    sql: "select :k"\n`
  await expect(read(text)).rejects.toThrow(/come to 160000; they may come to 100000/)
})

test('names that a matrix makes and another query has are refused', async () => {
  const text = `${matrix('{ k: [1, 2] }', 'select :k')}  Q_2:\n    sql: select 1\n`
  await expect(read(text)).rejects.toThrow(/The name `q_2`, of the matrix of `q`, is also that of a query in line 7/)
})

test('is selected as a whole by its name, or a query of it by its own', async () => {
  const batch = await read(`${matrix('{ k: [1, 2] }', 'select :k')}  r:\n    sql: select 1\n`)
  expect(selectQueries(batch, ['q']).queries.map(({ name }) => name)).toEqual(['q_1', 'q_2'])
  expect(selectQueries(batch, ['q_2', 'r']).queries.map(({ name }) => name)).toEqual(['q_2', 'r'])
  expect(() => selectQueries(batch, ['qq_1'])).toThrow(/No query of the batch has the name `qq_1`/)
})

test('values that are given are for parameters, not for keys of a matrix; faults of them stand where those are declared', async () => {
  const batch = await read(matrix('{ k: [1, 2] }', 'select :k, :day, :n', '{ day: date, n: int }'))
  const bound = bindArguments(
    batch,
    new Map([
      ['day', '2026-01-01'],
      ['n', '5'],
    ]),
  )
  expect(bound.map((each) => each.arguments.map(({ value }) => value))).toEqual([
    ['1', '2026-01-01', '5'],
    ['2', '2026-01-01', '5'],
  ])
  const given = new Map([
    ['k', '3'],
    ['n', 'x'],
  ])
  const thrown = await read(matrix('{ k: [1, 2] }', 'select :k, :day, :n', '{ day: date, n: int }'))
    .then((other) => bindArguments(other, given))
    .catch((error: unknown) => error)
  expect(thrown).toMatchObject({
    faults: [
      { code: 'QP_PARAM_UNKNOWN', message: '`k` is the key of a matrix: it has the values that the file says.' },
      {
        code: 'QP_PARAM_MISSING',
        place: { line: 4, column: 15 },
        remedy: expect.stringContaining('day: { type: date, default: … }'),
      },
      { code: 'QP_PARAM_VALUE', place: { line: 4, column: 26 } },
    ],
  })
})
