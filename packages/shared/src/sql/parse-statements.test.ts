import { expect, test } from 'vitest'
import { parseStatements } from './parse-statements.ts'

test('statements are refused each for itself, at their own position', async () => {
  const parsed = await parseStatements(['select 1', "select 'é😀' frm x y", 'select 2', 'select 1; select 2', 'é'])
  expect(parsed.map((each) => (each.kind === 'parsed' ? 'parsed' : `${each.position} ${each.message}`))).toEqual([
    'parsed',
    '17 syntax error at or near "x"',
    'parsed',
    '11 a second statement begins here',
    '1 syntax error at or near "é"',
  ])
})

const halfRule = 'create rule r as on insert to t do (select 1'

test.each([
  [
    [halfRule, 'select 2)'],
    ['refused', 'refused'],
  ],
  [
    [halfRule, 'select 2); select 3'],
    ['refused', 'refused'],
  ],
  [
    [halfRule, 'select 2)', 'select 3; select 4'],
    ['refused', 'refused', 'refused'],
  ],
  [
    ['select 1; select 2', '/* none */'],
    ['refused', 'refused'],
  ],
])('texts that are statements only when joined are refused: %j', async (texts, kinds) => {
  expect((await parseStatements(texts)).map(({ kind }) => kind)).toEqual(kinds)
})

test('a text with a long quote is refused with a short message', async () => {
  const [parsed] = await parseStatements([`select '${'é\n'.repeat(10_000)}`])
  expect(parsed).toEqual({ kind: 'refused', position: 8, message: `unterminated quoted string at or near "'é…"` })
})

test('memory does not grow with the number of calls', async () => {
  const texts = Array.from({ length: 100 }, (_, index) => `select ${index}, '${'x'.repeat(500)}'`)
  const round = async (): Promise<void> => {
    for (let count = 0; count < 50; count++) await parseStatements([...texts, 'select from where'])
  }
  await round()
  const before = process.memoryUsage().rss
  await round()
  await round()
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
})
