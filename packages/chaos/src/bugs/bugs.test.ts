import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bugs } from './bugs.ts'

const checkout = join(import.meta.dirname, '..', '..', '..', '..')

test.each(Object.entries(bugs))('the code that the bug %s changes is there', async (_, { file, changes }) => {
  const code = await readFile(join(checkout, file), 'utf8')
  for (const { text } of changes) expect(code.split(text), `${file}: ${text}`).toHaveLength(2)
})
