import { expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import type { Batch } from './batch.ts'
import { bindArguments } from './bind-arguments.ts'
import { parseBatch } from './parse-batch.ts'
import { selectQueries } from './select-queries.ts'

async function batchOf(text: string): Promise<Batch> {
  return parseBatch(new TextEncoder().encode(text), 'x.sql')
}

function faultsOf(run: () => unknown): InvalidDefinition['faults'] {
  try {
    run()
  } catch (thrown) {
    if (thrown instanceof InvalidDefinition) return thrown.faults
    throw thrown
  }
  throw new Error('expected faults')
}

const text = `-- name: first
-- param: day date
-- param: n int = 5
-- param: note text = null
-- tags: a, slow
  /* é */ select :day,
   '😀', :n, :note;
-- name: second
-- param: day date
-- tags: b
select :day
`

test('each parameter gets the given value or else its default', async () => {
  const queries = bindArguments(await batchOf(text), new Map([['day', '2024-02-29']]))
  expect(queries.map((query) => query.arguments)).toEqual([
    [
      { name: 'day', type: 'date', value: '2024-02-29' },
      { name: 'n', type: 'int', value: '5' },
      { name: 'note', type: 'text', value: null },
    ],
    [{ name: 'day', type: 'date', value: '2024-02-29' }],
  ])
})

test('unknown, missing and ill-typed values are reported at once, each once', async () => {
  const batch = await batchOf(text)
  const given = new Map([
    ['n', 'x'],
    ['nite', 'x'],
    ['other', 'x'],
    ['note', 'a\0b'],
  ])
  const faults = faultsOf(() => bindArguments(batch, given))
  expect(faults.map(({ code, message, place }) => [code, message, place?.line, place?.column])).toEqual([
    ['QP_PARAM_UNKNOWN', 'No query of the batch has a parameter `nite`. Did you mean `note`?', undefined, undefined],
    ['QP_PARAM_UNKNOWN', 'No query of the batch has a parameter `other`.', undefined, undefined],
    ['QP_PARAM_MISSING', 'The parameter `day` (date) has no value.', 6, 18],
    ['QP_PARAM_VALUE', 'The value of `n` is not one of type int: it is not an integer.', 7, 9],
    [
      'QP_PARAM_VALUE',
      'The value of `note` is not one of type text: it contains a NUL byte, which PostgreSQL takes in no text.',
      7,
      13,
    ],
  ])
  expect(faults[3]?.place?.lineText).toBe("   '😀', :n, :note")
})

test('names of objects are no parameters', async () => {
  const batch = await batchOf('select 1')
  expect(faultsOf(() => bindArguments(batch, new Map([['constructor', 'x']])))).toMatchObject([
    { code: 'QP_PARAM_UNKNOWN' },
  ])
})

test('queries are selected by name and tag, and keep their position', async () => {
  const batch = await batchOf(text)
  expect(selectQueries(batch, []).queries).toHaveLength(2)
  expect(selectQueries(batch, ['second']).queries).toMatchObject([{ name: 'second', position: 1 }])
  expect(selectQueries(batch, ['tag:b', 'first', 'tag:slow']).queries).toMatchObject([{ position: 0 }, { position: 1 }])
})

test('a selector that chooses nothing is a fault', async () => {
  const batch = await batchOf(text)
  expect(faultsOf(() => selectQueries(batch, ['fist', 'first', 'tag:slwo', 'tag:']))).toMatchObject([
    { code: 'QP_SELECT_UNKNOWN', message: 'No query of the batch has the name `fist`. Did you mean `first`?' },
    { code: 'QP_SELECT_UNKNOWN', message: 'No query of the batch has the tag `slwo`. Did you mean `slow`?' },
    { code: 'QP_SELECT_UNKNOWN', message: 'No query of the batch has the tag ``.' },
  ])
})
