import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/operating.md'), 'utf8')
const sources = await readSources('apps', 'packages/shared/src', 'packages/local/src')

test('every environment variable of the programs is documented, and no other', () => {
  const used = new Set(
    sources.flatMap(({ text }) => [...text.matchAll(/\b(?:environment|env)\.([A-Z]+_[A-Z_]+)/g)].map(at(1))),
  )
  for (const { text } of sources)
    for (const [, name] of text.matchAll(/readServerUrl\('(\w+)'/g))
      for (const end of ['', '_FILE']) used.add(name + end)
  const ours = [...used].filter((name) => /^(QUERYPOOL|REDIS)_/.test(name))
  const section = page.split('## Environment variables')[1]?.split('\n## ')[0] ?? ''
  const documented = [...section.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(at(1))
  // The dashboard reads its own from what this page says, in a program of its own.
  const others = (name: string) => !name.startsWith('QUERYPOOL_DASHBOARD_')
  expect(documented.filter(others).toSorted()).toEqual(ours.filter(others).toSorted())
})

test('every metric is documented with its labels, and no other', () => {
  const metrics = sources.filter(({ path }) => /-metrics\.ts$/.test(path)).map(({ text }) => text)
  const names = metrics.flatMap((text) => [
    ...[...text.matchAll(/(?:\bgauge|#counter)\(\s*'(\w+)'/g)].map((match) => `querypool_${match[1]}`),
    ...[...text.matchAll(/name: '(querypool_\w+)'/g)].map(at(1)),
  ])
  const documented = [...page.matchAll(/^\| `(querypool_\w+)(?:\{[\w,]+\})?` \|/gm)].map(at(1))
  expect(documented.toSorted()).toEqual(names.toSorted())
})

function at(index: number): (match: RegExpMatchArray) => string {
  return (match) => match[index] ?? ''
}

async function readSources(...folders: string[]): Promise<{ path: string; text: string }[]> {
  const found: { path: string; text: string }[] = []
  for (const folder of folders)
    for (const path of await readdir(join(root, folder), { recursive: true }))
      if (/\.ts$/.test(path) && !/(^|\/)(dist|node_modules)\/|\.test\.ts$/.test(path))
        found.push({ path, text: await readFile(join(root, folder, path), 'utf8') })
  return found
}
