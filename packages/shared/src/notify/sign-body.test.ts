import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { signBody } from './sign-body.ts'

test('a body is signed with its time, as RFC 2104 and OpenSSL compute it', () => {
  const body = '{"batch":"Ünïcode"}'
  const expected = spawnSync('openssl', ['dgst', '-sha256', '-hmac', 'geheim ü'], {
    input: `1767225600.${body}`,
    encoding: 'utf8',
  })
  const hex = expected.stdout.trim().split(' ').at(-1)
  expect(hex).toMatch(/^[0-9a-f]{64}$/)
  expect(signBody(body, 'geheim ü', new Date('2026-01-01T00:00:00.999Z'))).toBe(`t=1767225600,v1=${hex}`)
})
