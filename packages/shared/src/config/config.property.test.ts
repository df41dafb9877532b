import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { InvalidDefinition } from '../errors/index.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse-config.ts'

const secret = 'hunter2-Zq9'
const url = `postgres://me:${secret}@host/db`

function read(text: string): Config {
  return parseConfig(new TextEncoder().encode(text), { shown: 'querypool.yaml', path: '/etc/querypool.yaml' })
}

const reference = fc.oneof(
  fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/).map((name) => ({ written: `env:${name}`, read: { kind: 'env', name } })),
  fc
    .stringMatching(/^\/[a-z0-9#:'" -]{1,9}[a-z]$/)
    .map((path) => ({ written: `file:${path}`, read: { kind: 'file', path } })),
)
const database = fc.record(
  {
    url: reference,
    maxConcurrency: fc.integer({ min: 1, max: 1000 }),
    role: fc
      .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 9 })
      .filter((text) => !/\0|^none$/.test(text)),
  },
  { requiredKeys: ['url'] },
)
const databases = fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/), database, { maxKeys: 4 })

test('what YAML writes is read as it was meant', () => {
  fc.assert(
    fc.property(databases, (given) => {
      const names = Object.keys(given).filter((name) => name !== '__proto__')
      const written = Object.fromEntries(names.map((name) => [name, { ...given[name], url: given[name]?.url.written }]))
      const config = read(stringify({ databases: written }))
      expect([...config.databases.keys()]).toEqual(names)
      for (const name of names) {
        expect(config.databases.get(name)).toEqual({
          name,
          urlReference: given[name]?.url.read,
          tls: null,
          maxConcurrency: given[name]?.maxConcurrency ?? null,
          statementTimeoutMs: null,
          role: given[name]?.role ?? null,
        })
      }
    }),
  )
})

/** Lines as a person may get them wrong around a URL that should not be there. */
const mistaken = fc.array(
  fc.tuple(
    fc.constantFrom('', '  ', '    ', '      ', '\t', '- '),
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          'databases:',
          'w:',
          'url:',
          'tls:',
          'ca:',
          'role:',
          'statementTimeout:',
          'limits:',
          'maxQueries:',
          '',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          `${url}:`,
          '? ',
          `&a `,
          '*a ',
          '!tag ',
          '{',
          '}',
          '[',
          '"',
          "'",
          '|',
          '@',
          '%',
          '---',
        ),
      },
    ),
    fc.constantFrom(
      '',
      ' ',
      ' x',
      ` ${url}`,
      ` "${url}`,
      ` '${url}'`,
      ` {${url}}`,
      ` *${url}`,
      ` !${url} x`,
      ` &${url}`,
      ` |\n        ${url}`,
      ` "\\${url}"`,
      ` ${url}: x`,
    ),
  ),
  { minLength: 1, maxLength: 8 },
)

test('no fault repeats a URL or a password of the file', () => {
  fc.assert(
    fc.property(mistaken, (lines) => {
      const text = lines.map((parts) => parts.join('')).join('\n')
      try {
        read(text)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(InvalidDefinition)
        const fault = thrown as InvalidDefinition
        expect(`${fault.format()}${fault.message}${JSON.stringify(fault)}${fault.stack}`).not.toContain(secret)
      }
    }),
    { numRuns: 2000 },
  )
})
