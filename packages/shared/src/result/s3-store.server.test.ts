import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Fault, type S3Server, startS3Server } from '../../../../tests/s3/start-s3-server.ts'
import { checkWritable } from './check-writable.ts'
import { openStore } from './open-store.ts'
import { readArtifact, type StoredRows } from './read-artifact.ts'
import type { ResultStore } from './result-store.ts'

let server: S3Server
let store: ResultStore

beforeAll(async () => {
  server = await startS3Server()
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
  store = await openStore(`s3://${server.bucket}/${randomBytes(6).toString('hex')}`)
})
afterEach(() => {
  server.fault = () => null
  server.cutAfter = () => null
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server.close()
})

/** Every request of a method fails; of the others none. */
function failing(method: string, fault: Fault): S3Server['fault'] {
  return (request) => (request.method === method ? fault : null)
}

const mib = 1024 * 1024

describe('a store in S3 that cannot be used says why', () => {
  test.each([
    ['AWS_ACCESS_KEY_ID', 'SOMEBODY', 'QP_STORE_DENIED'],
    ['AWS_ENDPOINT_URL', 'http://127.0.0.1:1', 'QP_STORE_UNREACHABLE'],
  ])('with %s=%s', async (name, value, code) => {
    vi.stubEnv(name, value)
    try {
      await expect(openStore(`s3://${server.bucket}/x`)).rejects.toMatchObject({ code })
    } finally {
      vi.stubEnv(name, server.env[name])
    }
  })

  test('when there is no such bucket', async () => {
    await expect(openStore('s3://not-there/x')).rejects.toMatchObject({ code: 'QP_STORE_NO_BUCKET' })
  })

  test.each(['s3://', 's3:/results', 's3://Results/x', 's3://results//x', 's3://results/../x', 's3://results/a b'])(
    'when its URL is %s',
    async (url) => {
      await expect(openStore(url)).rejects.toMatchObject({ code: 'QP_STORE_URL' })
    },
  )

  test.each([
    [{ status: 403, code: 'AccessDenied' }, 'QP_STORE_DENIED'],
    [{ status: 507, code: 'XMinioStorageFull' }, 'QP_STORE_WRITE'],
    [{ status: 503, code: 'SlowDown' }, 'QP_STORE_UNREACHABLE'],
    ['cut', 'QP_STORE_UNREACHABLE'],
  ] as const)('when puts are answered with %j', async (fault, code) => {
    server.fault = failing('PUT', fault)
    await expect(store.putText('a/text', 'x')).rejects.toMatchObject({ code })
    await expect(store.putTextOnce('a/text', 'x')).rejects.toMatchObject({ code })
    const small = await store.upload('a/small')
    await small.write('x')
    await expect(small.publish()).rejects.toMatchObject({ code })
    expect(await store.has('a/small')).toBe(false)
  })
})

describe('a server that does not know conditional puts is refused', () => {
  test('when it says so', async () => {
    server.fault = (request) => (request.headers['if-none-match'] ? { status: 501, code: 'NotImplemented' } : null)
    await expect(checkWritable(store)).rejects.toMatchObject({ code: 'QP_STORE_REPLACES' })
  })

  test('when it just replaces what is there', async () => {
    server.fault = (request) => {
      delete request.headers['if-none-match']
      return null
    }
    await expect(checkWritable(store)).rejects.toMatchObject({ code: 'QP_STORE_REPLACES' })
  })
})

describe('a text that is put once', () => {
  test('counts as the first one when only the answer was lost', async () => {
    let cuts = 0
    server.cutAfter = (request) => (request.method === 'PUT' && cuts++ === 0 ? 0 : null)
    expect(await store.putTextOnce('once/lost', 'mine')).toBe(true)
    expect(cuts).toBe(2)
    expect(await store.putTextOnce('once/lost', 'another')).toBe(false)
  })

  test('is tried again while another put of the same key is under way', async () => {
    let conflicts = 0
    server.fault = (request) =>
      request.method === 'PUT' && conflicts++ < 3 ? { status: 409, code: 'ConditionalRequestConflict' } : null
    expect(await store.putTextOnce('once/conflict', 'x')).toBe(true)
  })
})

describe('a large upload', () => {
  test('waits while the server takes no more, with three parts in memory at the most', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    server.fault = async (request) => {
      if (request.url?.includes('partNumber')) await held
      return null
    }
    const upload = await store.upload('large/waiting')
    let taken = 0
    const writing = (async () => {
      for (let n = 0; n < 64; n++) {
        await upload.write(Buffer.alloc(mib, n))
        taken++
      }
    })()
    await vi.waitFor(() => expect(taken).toBe(23), { timeout: 60_000 })
    // What it would take more, it would have taken by the time that a request to the same server is answered.
    await store.has('nothing')
    expect(taken).toBe(23)
    release()
    await writing
    await upload.publish()
    expect(await bytesOf(store, 'large/waiting', 64 * mib)).toBe(64 * mib)
  })

  test('that is cut off in the middle goes on', async () => {
    let cuts = 0
    server.fault = (request) => (request.url?.includes('partNumber=2') && cuts++ < 2 ? 'cut' : null)
    const content = randomBytes(20 * mib)
    const upload = await store.upload('large/cut')
    await upload.write(content)
    await upload.publish()
    expect(cuts).toBeGreaterThan(1)
    expect(await bytesOf(store, 'large/cut', content.length)).toBe(content.length)
  })

  test('that fails shows nothing and leaves nothing', async () => {
    server.fault = (request) => (request.url?.includes('partNumber=2') ? { status: 403, code: 'AccessDenied' } : null)
    const upload = await store.upload('large/failed')
    const writing = (async () => {
      for (let n = 0; n < 40; n++) await upload.write(Buffer.alloc(mib))
      await upload.publish()
    })()
    await expect(writing).rejects.toMatchObject({ code: 'QP_STORE_DENIED' })
    await upload.discard()
    expect(await store.has('large/failed')).toBe(false)
    expect(server.requests.at(-2)).toMatch(/^DELETE .*uploadId=/)
  })
})

describe('reading', () => {
  test('goes on where the connection was cut', async () => {
    const content = randomBytes(5 * mib)
    const upload = await store.upload('read/cut')
    await upload.write(content)
    await upload.publish()
    let cuts = 0
    server.cutAfter = (request) => (request.method === 'GET' && cuts++ < 3 ? mib : null)
    const chunks: Uint8Array[] = []
    for await (const chunk of store.read('read/cut', 100, 4 * mib)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(content.subarray(100, 100 + 4 * mib))).toBe(true)
    expect(cuts).toBeGreaterThan(3)
  })

  test('rows from a store that does not answer are not called damaged', async () => {
    const rows: StoredRows = {
      position: 0,
      name: 'q',
      state: 'succeeded',
      artifact: 'read/rows',
      offset: 0,
      bytes: 4,
      sha256: null,
      sharedFrom: null,
    }
    const readAll = async (): Promise<void> => {
      for await (const _ of readArtifact(store, rows));
    }
    await expect(readAll()).rejects.toMatchObject({ code: 'QP_RESULT_DAMAGED' })
    server.fault = () => ({ status: 503, code: 'SlowDown' })
    await expect(readAll()).rejects.toMatchObject({ code: 'QP_STORE_UNREACHABLE' })
  })
})

/** How many bytes come when so many are asked for. */
async function bytesOf(from: ResultStore, key: string, bytes: number): Promise<number> {
  let passed = 0
  for await (const chunk of from.read(key, 0, bytes) as AsyncIterable<Uint8Array>) passed += chunk.length
  return passed
}
