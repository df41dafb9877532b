import { expect, test } from 'vitest'
import { notifySchema } from './definition-schema.ts'

const entry = (url: string, secret = 'env:SECRET') => ({ webhook: { url, secret } })

/** What is said of a value, in place of "must be …". */
function refusalsOf(value: unknown): unknown[] {
  const { error } = notifySchema.safeParse(value)
  return (error?.issues ?? []).map((issue) => [
    issue.path.join('.'),
    issue.code === 'custom' ? issue.params?.sentence : issue.message,
  ])
}

test('a webhook is told of trouble if nothing else is said', () => {
  expect(notifySchema.parse([entry('env:URL')])).toEqual([
    {
      on: ['failure', 'partial', 'recovery'],
      deadlineMs: null,
      webhook: { url: { kind: 'env', name: 'URL' }, secret: { kind: 'env', name: 'SECRET' } },
    },
  ])
})

test('a file of a secret has its whole path, since overseers read it from elsewhere', () => {
  expect(refusalsOf([entry('file:hook', 'file:/run/secrets/hook')])).toEqual([
    ['0.webhook.url', 'is relative to a folder, and overseers have another one'],
  ])
})

test('a URL stands there once, for what was told to it is known by it', () => {
  expect(refusalsOf([entry('env:A'), entry('env:B'), entry('env:A')])).toEqual([
    ['2.webhook.url', 'is env:A, as that of an entry before it'],
  ])
})

test('a URL itself is refused', () => {
  expect(refusalsOf([entry('https://hooks.example.com/secret')])).toEqual([
    ['0.webhook.url', 'holds the URL itself, which is a secret'],
  ])
})
