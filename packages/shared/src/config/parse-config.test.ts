import { describe, expect, test } from 'vitest'
import { type Fault, InvalidDefinition } from '../errors/index.ts'
import type { Config } from './config.ts'
import { parseConfig } from './parse-config.ts'

const file = { shown: 'querypool.yaml', path: '/etc/querypool/querypool.yaml' }

function read(text: string | Uint8Array): Config {
  return parseConfig(typeof text === 'string' ? new TextEncoder().encode(text) : text, file)
}

function faultsOf(text: string | Uint8Array): readonly Fault[] {
  try {
    read(text)
  } catch (thrown) {
    if (thrown instanceof InvalidDefinition) return thrown.faults
    throw thrown
  }
  throw new Error('expected faults')
}

/** `CODE line:column message` of each fault. */
function linesOf(text: string | Uint8Array): string[] {
  return faultsOf(text).map(({ code, place, message }) => `${code} ${place?.line}:${place?.column} ${message}`)
}

const full = `# yaml-language-server: $schema=../docs/querypool.schema.json
databases:
  warehouse:
    url: env:WAREHOUSE_URL
    tls:
      mode: verify-full
      ca: file:ca.pem
      cert: file:/etc/ssl/client.pem
      key: env:CLIENT_KEY
    maxConcurrency: 8
    statementTimeout: 30m
    role: reporting
  shop: { url: file:///run/secrets/shop }
store:
  folder: results
retention:
  runs: 30d
  maxRuns: 10000
limits:
  maxResultBytes: 10GiB
  maxQueries: 500
notify:
  allowPrivate: [hooks.internal, 10.1.0.0/16]
timing:
  workerLock: 5s
  stalledCheck: 2s
  silentWorker: 8s
  reconcile: 1s
`

describe('a file', () => {
  test('is read whole, with paths relative to it', () => {
    const config = read(full)
    expect({ ...config, databases: [...config.databases.values()] }).toEqual({
      file: file.path,
      databases: [
        {
          name: 'warehouse',
          urlReference: { kind: 'env', name: 'WAREHOUSE_URL' },
          tls: {
            mode: 'verify-full',
            ca: { kind: 'file', path: '/etc/querypool/ca.pem' },
            cert: { kind: 'file', path: '/etc/ssl/client.pem' },
            key: { kind: 'env', name: 'CLIENT_KEY' },
          },
          maxConcurrency: 8,
          statementTimeoutMs: 1_800_000,
          role: 'reporting',
        },
        {
          name: 'shop',
          urlReference: { kind: 'file', path: '/run/secrets/shop' },
          tls: null,
          maxConcurrency: null,
          statementTimeoutMs: null,
          role: null,
        },
      ],
      storeLocation: '/etc/querypool/results',
      retention: { runsMs: 30 * 86_400_000, maxRuns: 10_000 },
      limits: { maxResultBytes: 10 * 1024 ** 3, maxQueries: 500 },
      notify: { allowPrivate: ['hooks.internal', '10.1.0.0/16'] },
      timing: { workerLockMs: 5000, stalledCheckMs: 2000, silentWorkerMs: 8000, reconcileMs: 1000 },
    })
  })

  test.each([
    '',
    '\n',
    '# nothing yet\n',
    '---\n',
    '\uFEFF',
    'databases:\nretention:\nstore:\nlimits:\nnotify:\ntiming:\n',
    '{}',
  ])('that says nothing has every default: %j', (text) => {
    const { databases, ...rest } = read(text)
    expect(databases.size).toBe(0)
    expect(rest).toEqual({
      file: file.path,
      storeLocation: null,
      retention: { runsMs: 90 * 86_400_000, maxRuns: null },
      limits: { maxResultBytes: null, maxQueries: 1_000_000 },
      notify: { allowPrivate: [] },
      timing: { workerLockMs: 40_000, stalledCheckMs: 15_000, silentWorkerMs: 60_000, reconcileMs: 5000 },
    })
  })

  test('with a byte order mark and CRLF is read alike', () => {
    expect(read(`\uFEFF${full.replaceAll('\n', '\r\n')}`)).toEqual(read(full))
  })

  test('may keep runs for ever', () => {
    expect(read('retention: { runs: never }').retention.runsMs).toBeNull()
  })

  test('may say a thing once, with an anchor', () => {
    const { databases } = read(
      'databases:\n  a: { url: env:A, tls: &tls { ca: file:/ca } }\n  b: { url: env:B, tls: *tls }\n',
    )
    expect(databases.get('b')?.tls).toEqual(databases.get('a')?.tls)
    expect(databases.get('b')?.tls?.mode).toBe('verify-full')
  })

  test('may call databases what objects of the language have by themselves', () => {
    const { databases } = read(
      'databases: { constructor: { url: env:A }, toString: { url: env:B }, hasOwnProperty: { url: env:C } }',
    )
    expect([...databases.keys()]).toEqual(['constructor', 'toString', 'hasOwnProperty'])
  })

  test('becomes something that cannot be changed', () => {
    const config = read(full) as unknown as { limits: { maxQueries: number }; databases: Map<string, { name: string }> }
    expect(() => {
      config.limits.maxQueries = 1
    }).toThrow(TypeError)
    expect(() => config.databases.set('x', { name: 'x' })).toThrow(TypeError)
    expect(() => config.databases.clear()).toThrow(TypeError)
    expect(() => Object.assign(config.databases.get('shop') ?? {}, { name: 'x' })).toThrow(TypeError)
  })
})

describe('faults', () => {
  test('are reported all at once, in the order of their places', () => {
    expect(
      linesOf(`databases:
  ware-house:
    url: postgres://me:secret@host/db
    maxConcurency: 8
  shop:
    maxConcurrency: 0
    statementTimeout: 30
    role: 5
retention:
  runs: sometimes
limit:
  maxQueries: 1
`),
    ).toEqual([
      'QP_CONFIG_KEY 2:3 `ware-house` cannot be the name of a database.',
      'QP_CONFIG_VALUE 3:10 `databases.ware-house.url` holds the URL itself, which is a secret.',
      'QP_CONFIG_KEY 4:5 `maxConcurency` is not a key of `databases.ware-house`. Did you mean `maxConcurrency`?',
      'QP_CONFIG_KEY 5:3 `databases.shop` has no `url`.',
      'QP_CONFIG_VALUE 6:21 `databases.shop.maxConcurrency` must be a whole number from 1 to 1000, not `0`.',
      'QP_CONFIG_VALUE 7:23 `databases.shop.statementTimeout` must be a duration from 1ms to 24d, such as 30s, 5m or 1h30m, not `30`.',
      'QP_CONFIG_VALUE 8:11 `databases.shop.role` must be the name of a role, in up to 63 bytes, not `5`.',
      'QP_CONFIG_VALUE 10:9 `retention.runs` must be a duration such as 90d or 12h, or `never`, not `sometimes`.',
      'QP_CONFIG_KEY 11:1 `limit` is not a key of the configuration. Did you mean `limits`?',
    ])
  })

  test('of times that do not go together are reported all at once', () => {
    expect(linesOf('timing: { workerLock: 10m, stalledCheck: 10m }')).toHaveLength(2)
  })

  test.each([
    ['maxConcurrency: 1001', 'whole number'],
    ['maxConcurrency: 1.5', 'whole number'],
    ['maxConcurrency: "8"', 'whole number'],
    ['maxConcurrency: .inf', 'whole number'],
    ['maxConcurrency: 1e999', 'whole number'],
    ['maxConcurrency:', 'whole number from 1 to 1000, not empty'],
    ['statementTimeout: 0s', 'duration'],
    ['statementTimeout: 25d', 'duration'],
    ['role: ""', 'role'],
    ['role: none', 'role'],
    [`role: ${'é'.repeat(32)}`, 'role'],
    ['tls:', 'a map of keys'],
    ['tls: true', 'a map of keys'],
    ['tls: { mode: prefer }', 'one of disable, require, verify-ca, verify-full, not `prefer`'],
    ['tls: { mode: require, ca: file:/x }', 'is of no use with the mode require'],
    ['tls: { mode: verify-ca }', 'verify-ca without a `ca`'],
    ['tls: { cert: file:/x }', 'stands without `key`'],
    ['tls: { key: file:/x }', 'stands without `cert`'],
    ['tls: { mode: disable, cert: file:/x, key: file:/x }', 'is of no use with the mode disable'],
    ['tls: { ca: /etc/ca.pem }', 'must be a reference'],
    ['snapshotExporter: x', 'is not a key of `databases.w`'],
  ])('of a database: %s', (line, message) => {
    expect(linesOf(`databases:\n  w:\n    url: env:W\n    ${line}\n`)[0]).toContain(message)
  })

  test.each([
    'env:',
    'env:1A',
    'env:A B',
    'file:',
    'file:~/x',
    'file://host/x',
    'WAREHOUSE_URL',
    '$WAREHOUSE_URL',
    'ENV:X',
  ])('a URL that is no reference: %s', (url) => {
    expect(linesOf(`databases: { w: { url: "${url}" } }`)).toEqual([
      'QP_CONFIG_VALUE 1:24 `databases.w.url` must be a reference: `env:NAME` or `file:/path`.',
    ])
  })

  test.each([
    ['limits: { maxResultBytes: 10 }', 'must be a size'],
    ['limits: { maxResultBytes: 0B }', 'must be a size'],
    ['limits: { maxQueries: 0 }', 'whole number'],
    ['retention: { runs: 0s }', 'must be a duration'],
    ['retention: { maxRuns: 0 }', 'whole number'],
    ['notify: { allowPrivate: [10.0.0.0/33] }', 'must be a host, an address, or a network'],
    ['timing: { workerLock: 500ms }', '`timing.workerLock` must be a duration from 2s to 1h, not `500ms`'],
    ['timing: { stalledCheck: 5 }', '`timing.stalledCheck` must be a duration from 1s to 10m, not `5`'],
    ['timing: { reconcile: 0s }', '`timing.reconcile` must be a duration from 1s to 1m, not `0s`'],
    [
      'timing: { stalledCheck: 40s }',
      '`timing` has a `stalledCheck` of 40.0 s, which is not shorter than its `workerLock` of 40.0 s',
    ],
    [
      'timing: { workerLock: 2m }',
      '`timing` has a `silentWorker` of 1 min 00 s, which is shorter than its `workerLock`',
    ],
    ['store: { folder: ~/results }', 'must be the path of a folder'],
    ['store: { folder: env:RESULTS }', 'must be the path of a folder'],
    ['store: [folder]', '`store` must be a map of keys'],
    ['databases: [warehouse]', '`databases` must be a map of names to databases'],
    ['databases: { w: env:X }', '`databases.w` must be a map of keys'],
    ['- databases', 'The configuration must be a map'],
    ['hello', 'The configuration must be a map'],
    ['toString: 1', '`toString` is not a key of the configuration'],
    ['<<: { store: {} }', 'This is not a key of the configuration'],
    ['store: {}\nstore: {}', '2:1 `store` stands here again; it is already in line 1'],
    ['databases:\n  a: { url: env:A }\n  "a": { url: env:A }', '3:3 `a` stands here again; it is already in line 2'],
    ['__proto__: { a: 1 }', '`__proto__` cannot be a key'],
    ['databases: { __proto__: { url: env:A } }', '`__proto__` cannot be a key'],
  ])('%s', (text, message) => {
    const lines = linesOf(text)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(message)
  })

  test.each([
    ['store:\n\tfolder: x', 'QP_CONFIG_SYNTAX 2:1 There is a tab'],
    ['store:\n  folder: "x', 'QP_CONFIG_SYNTAX 2:13 A character is missing'],
    ['store: folder: x', 'QP_CONFIG_SYNTAX 1:8 A key cannot begin here'],
    ['store: {}\n---\nlimits: {}', 'QP_CONFIG_SYNTAX 2:1 Another document'],
    ['store: { folder: *x }', 'QP_CONFIG_SYNTAX 1:18 There is no anchor'],
    ['store: !secret { folder: x }', 'QP_CONFIG_SYNTAX 1:8 Tags'],
    ['? [a]\n: 1', 'QP_CONFIG_SYNTAX'],
    ['[', 'QP_CONFIG_SYNTAX'],
    ['databases: &a { x: *a }', 'QP_CONFIG_SYNTAX 1:15 This unfolds to more'],
    ['\0', 'QP_NUL_BYTE'],
    [Buffer.from('store: { folder: \xff }', 'latin1'), 'QP_NOT_UTF8 1:18'],
    [Buffer.from('\uFEFFstore: {}', 'utf16le'), 'QP_NOT_UTF8 1:1'],
  ])('what is not YAML: %j', (text, line) => {
    expect(linesOf(text)[0]).toContain(line)
  })
})

describe('a file made to exhaust', () => {
  test('by aliases of aliases is refused', () => {
    const levels = Array.from(
      { length: 15 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`,
    )
    expect(linesOf(`a0: &a0 [1]\n${levels.join('\n')}`)[0]).toMatch(/QP_CONFIG_SYNTAX .* unfolds to more/)
  })

  test.each([
    ['brackets', '['.repeat(500_000)],
    ['maps in a line', '{a: '.repeat(250_000)],
    ['lists', '- '.repeat(500_000)],
    ['keys', Array.from({ length: 100_000 }, (_, n) => `k${n}: 1`).join('\n')],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(300_000)}]`],
    ['quotes', '"'.repeat(100_000)],
  ])('by nothing but %s is refused', (_, text) => {
    expect(linesOf(text)[0]).toMatch(/^QP_CONFIG_(SYNTAX|KEY)/)
  })
})
