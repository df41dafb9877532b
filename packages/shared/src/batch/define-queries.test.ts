import { describe, expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import { defineQueries } from './define-queries.ts'
import type { ParameterValue } from './query-definition.ts'

describe('queries that a program gives', () => {
  test('are named by their place, unless they have a name', async () => {
    const queries = await defineQueries(['select 1;', { name: 'sales', sql: '\n  select 2', tags: ['a', 'a'] }], 7)
    expect(queries).toMatchObject([
      { name: 'query_8', position: 7, sql: 'select 1', line: 1, column: 1, timeoutMs: null, retries: null, tags: [] },
      { name: 'sales', position: 8, sql: 'select 2', line: 2, column: 3, tags: ['a'] },
    ])
  })

  test('have their options checked and kept', async () => {
    const [query] = await defineQueries([{ sql: 'select 1', timeoutMs: 500, retries: 0, expectMs: 20 }])
    expect(query).toMatchObject({ timeoutMs: 500, retries: 0, expectMs: 20, effect: 'read' })
  })

  test('write only when they say so', async () => {
    const [query] = await defineQueries([{ sql: 'delete from t', effect: 'write' }])
    expect(query).toMatchObject({ effect: 'write' })
    await expect(defineQueries([{ sql: 'delete from t', effect: 'wirte' as never }])).rejects.toMatchObject({
      faults: [
        { code: 'QP_OPTION_VALUE', message: expect.stringContaining('Did you mean') },
        { code: 'QP_STATEMENT_NOT_READ' },
      ],
    })
  })

  test.each<[ParameterValue, string, string | null]>([
    ['text', 'text', 'text'],
    [41, 'int', '41'],
    [-(2 ** 31) - 1, 'bigint', '-2147483649'],
    [1e300, 'double precision', '1e+300'],
    [0.5, 'double precision', '0.5'],
    [Number.NaN, 'double precision', 'NaN'],
    [2n ** 62n, 'bigint', '4611686018427387904'],
    [true, 'boolean', 'true'],
    [new Date(0), 'timestamptz', '1970-01-01T00:00:00.000Z'],
    [null, 'text', null],
    [[1, 2 ** 40, null], 'bigint[]', '{"1","1099511627776",NULL}'],
    [['a "b"', 'c\\d'], 'text[]', '{"a \\"b\\"","c\\\\d"}'],
    [[], 'text[]', '{}'],
    [{ type: 'numeric( 12,2 )', value: '19.90' }, 'numeric( 12,2 )', '19.90'],
    [{ type: 'jsonb', value: { a: [1] } }, 'jsonb', '{"a":[1]}'],
    [{ type: 'date[]', value: ['2026-01-31'] }, 'date[]', '{"2026-01-31"}'],
  ])('a parameter %o is %s %o', async (value, type, text) => {
    const [query] = await defineQueries([{ sql: 'select :n', params: { n: value } }])
    expect(query?.arguments).toEqual([{ name: 'n', type, value: text }])
    expect(query?.slots).toEqual([{ start: 7, end: 9, name: 'n' }])
  })

  test('do not write in a shared snapshot', async () => {
    const given = ['select 1', { sql: 'delete from t', effect: 'write' as const }]
    await expect(defineQueries(given, 0, 'own')).resolves.toHaveLength(2)
    await expect(defineQueries(given, 0, 'shared')).rejects.toMatchObject({
      faults: [{ code: 'QP_SNAPSHOT_WRITES', place: { file: 'query 2' } }],
    })
  })

  test('are refused with all that is wrong with them, in their order, each with its place', async () => {
    const wrong = [
      'select 1; select 2',
      { name: 'a', sql: 'delete from t' },
      { name: 'A', sql: 'select :n, :m', params: { n: 'x', unused: 1 } },
      { name: 'no name', sql: '' },
      { sql: 'select $1', timeout: 5, retries: 99, params: { n: { type: 'date', value: '2026-02-30' } } },
      { sql: 'select\n  :n', params: { n: { type: 'table', value: '1' } } },
      { sql: 'selec 1', params: { n: Symbol.iterator } },
      42,
      { sql: 'select 1', tags: 'a' },
    ]
    const thrown = await defineQueries(wrong as never).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(InvalidDefinition)
    const { faults } = thrown as InvalidDefinition
    expect(faults.map(({ code, place }) => [place?.file, place?.line, place?.column, code])).toEqual([
      ['query 1', 1, 11, 'QP_SEVERAL_STATEMENTS'],
      ['query 2 (a)', 1, 1, 'QP_STATEMENT_NOT_READ'],
      ['query 3 (A)', undefined, undefined, 'QP_NAME_TWICE'],
      ['query 3 (A)', undefined, undefined, 'QP_PARAM_UNUSED'],
      ['query 3 (A)', 1, 12, 'QP_PARAM_UNDECLARED'],
      ['query 4', undefined, undefined, 'QP_NAME_INVALID'],
      ['query 4', undefined, undefined, 'QP_NO_STATEMENT'],
      ['query 5', undefined, undefined, 'QP_OPTION_UNKNOWN'],
      ['query 5', undefined, undefined, 'QP_OPTION_VALUE'],
      ['query 5', undefined, undefined, 'QP_PARAM_VALUE'],
      ['query 5', undefined, undefined, 'QP_PARAM_UNUSED'],
      ['query 5', 1, 8, 'QP_PARAM_NUMBERED'],
      ['query 6', 2, 3, 'QP_PARAM_TYPE'],
      ['query 7', undefined, undefined, 'QP_PARAM_VALUE'],
      ['query 7', undefined, undefined, 'QP_PARAM_UNUSED'],
      ['query 7', 1, 1, 'QP_SQL_SYNTAX'],
      ['query 8', undefined, undefined, 'QP_OPTION_VALUE'],
      ['query 9', undefined, undefined, 'QP_OPTION_VALUE'],
    ])
  })

  test('a parameter without a value is told with what to do in a program', async () => {
    const thrown = await defineQueries(['select :day']).catch((error: unknown) => error)
    expect((thrown as InvalidDefinition).format()).toBe(
      'query 1:1:8: `:day` is not declared. [QP_PARAM_UNDECLARED]\n  select :day\n         ^\n' +
        '  → Give it a value with `params: { day: … }`.',
    )
  })
})
