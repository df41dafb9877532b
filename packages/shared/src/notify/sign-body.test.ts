import { expect, test } from 'vitest'
import { signBody } from './sign-body.ts'

test('a body is signed with its time, as RFC 2104 and OpenSSL compute it', () => {
  // printf '1767225600.{"batch":"Ünïcode"}' | openssl dgst -sha256 -hmac 'geheim ü'
  const hex = 'e5313994059aff5d628f636d06165d7ebcb9ac4986a02d51dd7ade7fafd5c37c'
  expect(signBody('{"batch":"Ünïcode"}', 'geheim ü', new Date('2026-01-01T00:00:00.999Z'))).toBe(
    `t=1767225600,v1=${hex}`,
  )
})
