import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type S3Server, startS3Server } from '../../../../tests/s3/start-s3-server.ts'
import { checkWritable } from './check-writable.ts'
import { openExistingStore, openStore } from './open-store.ts'
import type { ResultStore } from './result-store.ts'

/** Where a store can be made; a place of its own each time. */
interface Kind {
  readonly name: string
  begin(): Promise<() => string>
  end(): Promise<void>
}

function folders(): Kind {
  let folder = ''
  return {
    name: 'a folder',
    begin: async () => {
      folder = await mkdtemp(join(tmpdir(), 'querypool-store-'))
      return () => join(folder, newName())
    },
    end: () => rm(folder, { recursive: true }),
  }
}

function s3(): Kind {
  let server: S3Server | undefined
  return {
    name: 'S3',
    begin: async () => {
      const started = await startS3Server()
      server = started
      for (const [name, value] of Object.entries(started.env)) vi.stubEnv(name, value)
      return () => `s3://${started.bucket}/${newName()}`
    },
    end: async () => {
      vi.unstubAllEnvs()
      await server?.close()
    },
  }
}

/** A real service, for whoever has one: the variables of AWS say how it is reached. */
function namedS3(url: string): Kind {
  return { name: `S3 at ${url}`, begin: async () => () => `${url}/${newName()}`, end: async () => {} }
}

function newName(): string {
  return randomBytes(6).toString('hex')
}

const named = process.env.QUERYPOOL_TEST_S3
const kinds = [folders(), s3(), ...(named ? [namedS3(named)] : [])]

describe.each(kinds)('a result store in $name', ({ begin, end }) => {
  let place: () => string
  let store: ResultStore

  beforeAll(async () => {
    place = await begin()
    store = await openStore(place())
  })
  afterAll(end)

  async function all<T>(of: AsyncIterable<T>): Promise<T[]> {
    const found: T[] = []
    for await (const one of of) found.push(one)
    return found
  }

  async function put(key: string, ...chunks: (string | Uint8Array)[]): Promise<void> {
    const upload = await store.upload(key)
    for (const chunk of chunks) await upload.write(chunk)
    await upload.publish()
  }

  test('has the same id for all who open it, and another than every other store', async () => {
    expect((await openStore(store.location)).id).toBe(store.id)
    expect((await openExistingStore(store.location)).id).toBe(store.id)
    expect((await openStore(place())).id).not.toBe(store.id)
  })

  test('of whoever opens it at the same moment for the first time all get one id', async () => {
    const location = place()
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await openStore(location)).id))
    expect(new Set(ids).size).toBe(1)
  })

  test('is not made by a reader', async () => {
    await expect(openExistingStore(place())).rejects.toMatchObject({ code: 'QP_STORE_UNUSABLE' })
  })

  test('passes the check of those who put results there, which leaves nothing', async () => {
    const fresh = await openStore(place())
    await checkWritable(fresh)
    expect(await all(fresh.list(''))).toEqual(['store.json'])
  })

  test('gives back a text as it was put, the last one of a key', async () => {
    await store.putText('texts/a', 'first')
    await store.putText('texts/a', 'zweitens: ü\n')
    expect(await store.getText('texts/a')).toBe('zweitens: ü\n')
    expect(await store.has('texts/a')).toBe(true)
    expect(store.locate('texts/a')).toBe(`${store.location}/texts/a`)
  })

  test('has no text where none was put, and an empty one where that was', async () => {
    expect(await store.getText('texts/none')).toBeNull()
    expect(await store.has('texts/none')).toBe(false)
    await store.putText('texts/empty', '')
    expect(await store.getText('texts/empty')).toBe('')
  })

  test('of many who put a text once at the same moment one is the first, and its text stays', async () => {
    const texts = Array.from({ length: 10 }, (_, n) => `text ${n}`)
    const wereFirst = await Promise.all(texts.map((text) => store.putTextOnce('once/a', text)))
    expect(wereFirst.filter(Boolean)).toHaveLength(1)
    expect(await store.getText('once/a')).toBe(texts[wereFirst.indexOf(true)])
    expect(await store.putTextOnce('once/a', 'too late')).toBe(false)
    await store.putText('once/a', 'in its place')
    expect(await store.getText('once/a')).toBe('in its place')
  })

  test('shows nothing of an upload before it is published, and then all of it', async () => {
    const upload = await store.upload('uploads/a/rows.csv')
    await upload.write('a,b\n')
    await upload.write(Buffer.from('1,2\n'))
    expect(await store.has('uploads/a/rows.csv')).toBe(false)
    await upload.publish()
    expect(await store.getText('uploads/a/rows.csv')).toBe('a,b\n1,2\n')
    await upload.discard()
    expect(await store.has('uploads/a/rows.csv')).toBe(true)
  })

  test('keeps uploads of any size apart, and gives any range of them', async () => {
    const [large, other] = [randomBytes(21_000_000), randomBytes(17_000_000)]
    const pieces = Array.from({ length: 300 }, (_, n) => large.subarray(n * 70_000, (n + 1) * 70_000))
    await Promise.all([put('uploads/large', ...pieces), put('uploads/other', other), put('uploads/none')])
    for (const [offset, bytes] of [
      [0, 21_000_000],
      [8_388_600, 20],
      [20_999_990, 10],
      [5, 0],
    ] as const) {
      const read = Buffer.concat(await all(store.read('uploads/large', offset, bytes) as AsyncIterable<Buffer>))
      expect(read.equals(large.subarray(offset, offset + bytes)), `${bytes} from ${offset}`).toBe(true)
    }
    const whole = Buffer.concat(await all(store.read('uploads/other', 0, 17_000_000) as AsyncIterable<Buffer>))
    expect(whole.equals(other)).toBe(true)
    expect(await store.getText('uploads/none')).toBe('')
  })

  test('replaces what is there only when the new content is whole', async () => {
    await put('uploads/b', 'old')
    const upload = await store.upload('uploads/b')
    await upload.write(Buffer.alloc(9_000_000, 'x'))
    expect(await store.getText('uploads/b')).toBe('old')
    await upload.discard()
    expect(await store.getText('uploads/b')).toBe('old')
  })

  test('reading what is not there is an error', async () => {
    await expect(text(store.read('uploads/nowhere', 0, 10))).rejects.toThrow()
  })

  test('lists the names right below a folder, and when it was changed', async () => {
    const before = Date.now() - 60_000
    for (const key of ['listed/a/1', 'listed/a/2', 'listed/b', 'listed/c/d/e', 'listed-not/x']) await put(key, key)
    expect((await all(store.list('listed'))).toSorted()).toEqual(['a', 'b', 'c'])
    expect(await all(store.list('not-there'))).toEqual([])
    expect((await store.changedAt('listed'))?.getTime()).toBeGreaterThan(before)
    expect(await store.changedAt('not-there')).toBeNull()
  })

  test('removes a key, a folder with all that is in it, and nothing else', async () => {
    const fresh = await openStore(place())
    for (const key of ['r1/1/1/rows', 'r1/1/2/rows', 'r1/report', 'r10/1/1/rows']) await fresh.putText(key, key)
    await fresh.remove('r1/report')
    await fresh.remove('r1/never')
    expect((await all(fresh.list('r1'))).toSorted()).toEqual(['1'])
    await all(fresh.removeFolder('r1'))
    await all(fresh.removeFolder('r1'))
    expect((await all(fresh.list(''))).toSorted()).toEqual(['r10', 'store.json'])
    expect(await fresh.getText('r10/1/1/rows')).toBe('r10/1/1/rows')
  })

  test('a removal that was given up is completed by the next one', async () => {
    const fresh = await openStore(place())
    for (const key of ['r1/1/1/rows', 'r1/1/2/rows']) await fresh.putText(key, key)
    for await (const _ of fresh.removeFolder('r1')) break
    await all(fresh.removeFolder('r1'))
    expect(await all(fresh.list(''))).toEqual(['store.json'])
  })

  test('removes what nobody has finished to put, unless it is younger', async () => {
    const fresh = await openStore(place())
    await fresh.putText('r1/1/report', 'x')
    const abandoned = await fresh.upload('r1/1/1/rows')
    await abandoned.write(Buffer.alloc(20_000_000))
    await all(fresh.removeUnfinished('r1', new Date(Date.now() - 3_600_000)))
    await abandoned.publish()
    expect(await fresh.has('r1/1/1/rows')).toBe(true)
    const late = await fresh.upload('r1/1/2/rows')
    await late.write(Buffer.alloc(20_000_000))
    await all(fresh.removeUnfinished('r1', new Date(Date.now() + 3_600_000)))
    await expect(late.publish()).rejects.toThrow()
    expect(await fresh.has('r1/1/2/rows')).toBe(false)
    expect(await fresh.has('r1/1/report')).toBe(true)
  })
})
