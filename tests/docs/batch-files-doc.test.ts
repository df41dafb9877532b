import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { batchJsonSchema, readBatchFile } from '../../packages/shared/src/batch/index.ts'
import { InvalidDefinition } from '../../packages/shared/src/errors/index.ts'

interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs/batch-files.md'), 'utf8')
const published = JSON.parse(readFileSync(join(root, 'docs/batch.schema.json'), 'utf8')) as SchemaNode & object
const isOfSchema = new Ajv2020({ allErrors: true, strict: false }).compile(published)
const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.yaml'))
/** Each ```yaml block of the page that is a whole batch. */
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)]
  .map((match) => match[1] ?? '')
  .filter((text) => /^queries:/m.test(text))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qp-batch-files-'))
  // The one file that the page speaks of.
  await writeFile(join(folder, 'best-tellers.sql'), 'select :most as most, :day as day')
})
afterAll(() => rm(folder, { recursive: true }))

async function read(text: string): Promise<unknown> {
  const file = join(folder, 'batch.yaml')
  await writeFile(file, text)
  return readBatchFile(file)
}

describe('the JSON Schema of batch files', () => {
  test('is published as the program has it', () => {
    const anew = 'write docs/batch.schema.json anew with: node scripts/write-schemas.mjs'
    expect(published, anew).toEqual(JSON.parse(JSON.stringify(batchJsonSchema())))
  })

  test('describes every key', () => {
    const query = published.properties?.queries?.additionalProperties as SchemaNode
    for (const { properties = {} } of [published, query])
      for (const [key, { description }] of Object.entries(properties)) expect(description, key).toBeTruthy()
  })
})

describe('the page about batch files', () => {
  test('has every key of a batch and of a query', () => {
    const query = published.properties?.queries?.additionalProperties as SchemaNode
    const keys = new Set([published, query].flatMap(({ properties = {} }) => Object.keys(properties)))
    const documented = new Set([...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]))
    expect([...keys].filter((key) => !documented.has(key))).toEqual([])
  })

  test.each(blocks.map((text) => [/^name: (.*)$/m.exec(text)?.[1], text] as const))(
    'has the example %s, which is right',
    async (_, text) => {
      expect(isOfSchema(parse(text)), JSON.stringify(isOfSchema.errors)).toBe(true)
      await read(text)
    },
  )

  test('has examples', () => {
    expect(blocks.length).toBeGreaterThan(3)
  })
})

describe.each(examples)('examples/%s', (name) => {
  const path = join(root, 'examples', name)
  const text = readFileSync(path, 'utf8')

  test('names its schema, conforms to it, and is read', async () => {
    const schema = /^# yaml-language-server: \$schema=(.*)$/m.exec(text)?.[1] ?? ''
    expect(existsSync(join(dirname(path), schema))).toBe(true)
    expect(isOfSchema(parse(text)), JSON.stringify(isOfSchema.errors)).toBe(true)
    await readBatchFile(path)
  })
})

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, 5, -1, 1.5, true, [], {}, 'a', ['a'], [1, 'a'], { a: 'date' }, { a: [1, 2] }),
  fc.constantFrom('5m', '1h30m', 'never', 'none', '10MB', 'stop', 'shared', 'once', 'write', '0 2 * * *', 'select 1'),
  fc.constantFrom<unknown>({ cron: '0 2 * * *' }, [{ webhook: { url: 'env:A', secret: 'env:B' } }], {
    a: { type: 'int' },
  }),
)
const keysOf = (node: SchemaNode | undefined): string[] => [...Object.keys(node?.properties ?? {}), 'other']
const queryNode = published.properties?.queries?.additionalProperties as SchemaNode
const someQuery = fc.dictionary(fc.constantFrom(...keysOf(queryNode)), anything, { maxKeys: 2 })
const someBatch = fc.record({
  rest: fc.dictionary(fc.constantFrom(...keysOf(published).filter((key) => key !== 'queries')), anything, {
    maxKeys: 2,
  }),
  query: someQuery,
})
/** What the schema cannot say of a file whose shape is right. */
const beyondShape = /^QP_(?:PARAM|SQL|NEED|CACHE|SNAPSHOT|MATRIX|STATEMENT|NO_STATEMENT|NAME|OPTION)/

test('schema and reader agree', async () => {
  let agreed = 0
  await fc.assert(
    fc.asyncProperty(someBatch, async ({ rest, query }) => {
      const data = { name: 'x', ...rest, queries: { q: { sql: 'select 1', ...query } } }
      const thrown = await read(stringify(data)).then(
        () => null,
        (error: unknown) => error,
      )
      if (thrown !== null && !(thrown instanceof InvalidDefinition)) throw thrown
      const codes = (thrown?.faults ?? []).map(({ code }) => code)
      const isRefusedForShape = codes.some((code) => !beyondShape.test(code))
      const isRight = isOfSchema(data)
      // What the reader takes, the schema does; and what it refuses, the reader does.
      if (codes.length === 0) expect(isRight, JSON.stringify([data, isOfSchema.errors])).toBe(true)
      if (!isRight) expect(codes, JSON.stringify(data)).not.toEqual([])
      if (isRight === !isRefusedForShape) agreed++
    }),
    { numRuns: 2000 },
  )
  // Patterns of durations and sizes are only about right, and cron expressions are only texts to it.
  expect(agreed).toBeGreaterThan(1900)
})
