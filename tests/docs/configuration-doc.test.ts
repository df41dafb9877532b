import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configJsonSchema, readConfig } from '../../packages/shared/src/config/index.ts'

interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
}

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
const published = readFileSync(new URL('../../docs/querypool.schema.json', import.meta.url), 'utf8')
const keys = [...keysOf(configJsonSchema(), '')]

test('the published JSON Schema is that of the program', () => {
  const anew = 'write docs/querypool.schema.json anew with: node scripts/write-schemas.mjs'
  expect(JSON.parse(published), anew).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
})

test('every key has a description in the JSON Schema', () => {
  expect(keys.filter(([, node]) => !node.description).map(([key]) => key)).toEqual([])
})

test('every key that holds something is documented once, and no other', () => {
  const documented = [...page.matchAll(/^\| `([a-z]\w*(?:\.[\w*]+)*)` \|.*\|.*\|/gm)].map((match) => match[1])
  const sections = ['databases.*', 'store', 'retention', 'limits', 'notify', 'timing']
  const expected = keys.map(([key]) => key).filter((key) => !sections.includes(key))
  expect(documented.filter((key) => key !== 'disable' && key !== 'require').toSorted()).toEqual(expected.toSorted())
})

test.each(keys.filter(([, node]) => node.default !== undefined && node.type !== 'object'))(
  'the default of %s is documented',
  (key, node) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`))
    expect(row?.split(' | ')[2]).toBe(`\`${String(node.default)}\``)
  },
)

test('the example uses every key, and is read', async () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  for (const [key] of keys)
    expect(example).toMatch(new RegExp(`^ *${key.split('.').at(-1)?.replace('*', 'warehouse')}:`, 'm'))
  const folder = await mkdtemp(join(tmpdir(), 'qp-example-'))
  await writeFile(join(folder, 'querypool.yaml'), example)
  const config = await readConfig({}, folder)
  expect([...config.databases.keys()]).toEqual(['warehouse', 'shop'])
  await rm(folder, { recursive: true })
})

/** Every key of the schema as a path; `*` stands for names of one's own choice. */
function* keysOf(node: SchemaNode, prefix: string): Generator<[string, SchemaNode]> {
  const named = Object.entries(node.properties ?? {})
  const others = typeof node.additionalProperties === 'object' ? [['*', node.additionalProperties] as const] : []
  for (const [key, child] of [...named, ...others]) {
    yield [`${prefix}${key}`, child]
    yield* keysOf(child, `${prefix}${key}.`)
  }
}
