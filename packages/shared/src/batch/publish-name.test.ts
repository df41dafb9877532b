import { describe, expect, test } from 'vitest'
import { InvalidDefinition } from '../errors/index.ts'
import { parseBatch } from './parse-batch.ts'
import { refusePublishName } from './publish-name.ts'

const read = (text: string) => parseBatch(new TextEncoder().encode(text), 'report.sql')

async function faultsOf(text: string): Promise<string[]> {
  const thrown = await read(text).then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof InvalidDefinition)) throw new Error(`expected faults, got ${String(thrown)}`)
  return thrown.faults.map(({ code, message, place }) => `${code} ${place?.line}:${place?.column} ${message}`)
}

describe('the queue for results', () => {
  test('is named above the first name of a batch file', async () => {
    expect((await read('-- publish: sales.results-2\n-- name: a\nselect 1')).publish).toBe('sales.results-2')
    expect((await read('-- name: a\nselect 1')).publish).toBeNull()
  })

  test.each([
    [
      'in a section',
      '-- name: a\n-- publish: x\nselect 1',
      'QP_OPTION_MISPLACED 2:1 `publish` is an option of the batch',
    ],
    [
      'with a letter wrong',
      '-- pubish: x\nselect 1',
      'QP_OPTION_UNKNOWN 1:1 `pubish` is not an option. Did you mean `publish:`?',
    ],
    ['twice', '-- publish: x\n-- publish: y\nselect 1', 'QP_OPTION_TWICE 2:1'],
    ['without a name', '-- publish:\nselect 1', 'QP_OPTION_VALUE 1:12 The name of the queue is missing.'],
    ['with a colon in the name', '-- publish: a:b\nselect 1', 'QP_OPTION_VALUE 1:13 `a:b` is not the name of a queue'],
    [
      'with the name of one of ours',
      '-- publish: queries-shop\nselect 1',
      'QP_OPTION_VALUE 1:13 `queries-shop` is the name',
    ],
  ])('is refused %s', async (_, text, fault) => {
    expect((await faultsOf(text))[0]).toContain(fault)
  })

  test('may have any name that BullMQ takes, but none of our own queues', () => {
    for (const name of [
      'orders',
      '{shop}-results',
      'results-of-sales',
      'runs-2024',
      'Ergebnisse_für/alle',
      'x'.repeat(128),
    ])
      expect(refusePublishName(name), name).toBeNull()
    const own = [
      'runs',
      'results',
      'runs-r0123456789ab',
      'results-r0123456789ab',
      'queries-r0123456789ab',
      'queries-main',
    ]
    for (const name of ['', 'a:b', 'a b', 'a\u0000', 'a\u200b', 'x'.repeat(129), ...own])
      expect(refusePublishName(name), name).not.toBeNull()
  })
})
