import { expect, test } from 'vitest'
import { withoutTlsParameters } from './tls-parameters.ts'

test.each([
  ['postgres://u:p%40@h/db', 'postgres://u:p%40@h/db'],
  ['postgres://h/db?sslmode=require', 'postgres://h/db'],
  ['postgres://h/db?a=%20b&sslmode=require&ssl=true&c=d+e', 'postgres://h/db?a=%20b&c=d+e'],
  ['postgres://h/db?ssl%6Dode=disable', 'postgres://h/db'],
  ['postgres://h/db?sslrootcert=/x&sslcert=/y&sslkey=/z&uselibpqcompat=true', 'postgres://h/db'],
  ['postgres://h/db?sslnegotiation=direct', 'postgres://h/db?sslnegotiation=direct'],
])('%s', (url, expected) => {
  expect(withoutTlsParameters(url)).toBe(expected)
})
