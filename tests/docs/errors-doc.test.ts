import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogue } from '../../packages/shared/src/errors/index.ts'

const anew = 'write docs/errors.md anew with: node scripts/write-errors-doc.mjs'
const documented = readSections(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8'))

test('every error is documented once, and no error is documented that does not exist', () => {
  const codes = documented.map((section) => section.code)
  expect(codes.toSorted(), anew).toEqual(Object.keys(catalogue).toSorted())
})

test.each(Object.entries(catalogue))(
  '%s is documented with what it means, its remedy and exit status',
  (code, entry) => {
    const section = documented.find((candidate) => candidate.code === code)
    expect(section, anew).toEqual({ code, ...entry, exitStatus: String(entry.exitStatus) })
  },
)

/** The sections of the page, as it says them: a heading with the code, then one line for each field. */
function readSections(page: string) {
  const [, ...sections] = page.split(/^## /m)
  return sections.map((section) => ({
    code: section.slice(0, section.indexOf('\n')),
    means: lineAfter(section, '- **Means:** '),
    remedy: lineAfter(section, '- **Remedy:** '),
    exitStatus: lineAfter(section, '- **Exit status:** '),
  }))
}

function lineAfter(section: string, label: string): string | undefined {
  const line = section.split('\n').find((candidate) => candidate.startsWith(label))
  return line?.slice(label.length)
}
