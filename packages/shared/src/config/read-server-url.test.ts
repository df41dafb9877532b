import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readServerUrl } from './read-server-url.ts'

const url = 'redis://:geheim@redis:6379'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qp-server-url-'))
  await writeFile(join(folder, 'url'), `${url}\n`)
  await writeFile(join(folder, 'empty'), '\n')
})
afterAll(() => rm(folder, { recursive: true }))

test('a URL is in its variable, or in the file that another names', () => {
  expect(readServerUrl('REDIS_URL', { REDIS_URL: url })).toBe(url)
  expect(readServerUrl('REDIS_URL', { REDIS_URL_FILE: join(folder, 'url'), REDIS_URL: '' })).toBe(url)
  expect(readServerUrl('QUERYPOOL_JOURNAL_URL', { QUERYPOOL_JOURNAL_URL_FILE: join(folder, 'url') })).toBe(url)
})

test('empty variables count as none', () => {
  expect(readServerUrl('REDIS_URL', { REDIS_URL: '', REDIS_URL_FILE: '' })).toBeNull()
})

test('the variable goes before the file: so does a program that was told one by its parent', () => {
  expect(readServerUrl('REDIS_URL', { REDIS_URL: 'redis://other', REDIS_URL_FILE: join(folder, 'url') })).toBe(
    'redis://other',
  )
})

test.each([
  ['missing', 'there is no such file'],
  ['empty', 'it is empty'],
  ['.', 'it is a folder'],
])('a file that is of no use is told: %s', (name, why) => {
  expect(() => readServerUrl('REDIS_URL', { REDIS_URL_FILE: join(folder, name) })).toThrow(why)
})
