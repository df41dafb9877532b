import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFolderStore } from './folder-store.ts'
import type { StoredRows } from './read-artifact.ts'
import { readPage } from './read-page.ts'
import type { ResultStore } from './result-store.ts'
import { RowMarks } from './row-marks.ts'
import { takeLines } from './take-lines.ts'

const mib = 1024 * 1024

describe('marks of rows', () => {
  test('lie about a MiB apart, and the first is that of the first row', () => {
    const marks = new RowMarks()
    for (let row = 0; row < 100_000; row++) marks.note(row, 5 + row * 100)
    expect(marks.all[0]).toEqual([0, 5])
    expect(marks.all).toHaveLength(10)
    for (const [rows, bytes] of marks.all) expect(bytes).toBe(5 + rows * 100)
    expect((marks.all[1]?.[1] ?? 0) - 5).toBeGreaterThanOrEqual(mib)
  })

  test('are never more than 1024, and spread evenly over a result of any size', () => {
    const marks = new RowMarks()
    for (let row = 0; row < 100_000; row++) marks.note(row, row * mib)
    expect(marks.all.length).toBeLessThanOrEqual(1024)
    expect(marks.all.length).toBeGreaterThan(400)
    const gaps = marks.all.slice(1).map(([rows], index) => rows - (marks.all[index]?.[0] ?? 0))
    expect(new Set(gaps).size).toBe(1)
  })
})

const line = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'ü') })).map((fields) => {
  const quoted = fields.map((field) => (/["\n,]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
  return `${quoted.join(',')}\n`
})

test('any lines are taken out of any CSV, however its bytes come in pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.nat(14),
      fc.nat(14),
      fc.integer({ min: 1, max: 9 }),
      async (lines, skipped, taken, pieceBytes) => {
        const csv = Buffer.from(lines.join(''))
        const pieces = async function* (): AsyncGenerator<Buffer> {
          for (let at = 0; at < csv.length; at += pieceBytes) yield csv.subarray(at, at + pieceBytes)
        }
        const found: Uint8Array[] = []
        for await (const piece of takeLines(pieces(), skipped, taken)) found.push(piece)
        expect(Buffer.concat(found).toString()).toBe(lines.slice(skipped, skipped + taken).join(''))
      },
    ),
  )
})

describe('a page of a result', () => {
  const header = 'n,"a\n""b"\n'
  const rows = Array.from({ length: 60_000 }, (_, n) => `${n},"${'x'.repeat(90)}\n"\n`)
  let folder: string
  let store: ResultStore
  let readBytes = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'querypool-page-'))
    const opened = await openFolderStore(folder)
    store = {
      ...opened,
      read: (...range) => {
        const stream = opened.read(...range)
        stream.on('data', (chunk: Buffer) => {
          readBytes += chunk.length
        })
        stream.pause()
        return stream
      },
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function put(name: string, withMarks: boolean): Promise<StoredRows> {
    const marks = new RowMarks()
    let bytes = Buffer.byteLength(header)
    rows.forEach((row, n) => {
      marks.note(n, bytes)
      bytes += Buffer.byteLength(row)
    })
    const artifact = `${name}/1/1/1/rows.csv`
    const before = 'of another query\n'
    await store.putText(artifact, before + header + rows.join('') + before)
    const state = 'succeeded'
    const offset = before.length
    const at = '2026-01-01T00:00:00Z'
    const outcome = {
      ...{ position: 3, name, state, startedAt: at, finishedAt: at, rows: rows.length, offset, bytes },
      ...{ sha256: '', columns: [], failure: null, ...(withMarks ? { marks: marks.all } : {}) },
    }
    const manifest = { version: 1, run: name, generation: 1, job: 1, attempt: 1, worker: 'w', outcomes: [outcome] }
    await store.putText(`${name}/1/1/1/manifest.json`, JSON.stringify(manifest))
    return { position: 3, name, state, artifact, offset, bytes, sha256: '', sharedFrom: null }
  }

  test.each([
    [0, 3],
    [0, 0],
    [12_345, 2],
    [59_999, 10],
    [60_000, 10],
    [59_990, Number.POSITIVE_INFINITY],
  ])('from row %d on %d rows are those rows, with the header line', async (offset, limit) => {
    const page = header + rows.slice(offset, offset + limit).join('')
    for (const withMarks of [true, false]) {
      const query = await put(withMarks ? 'marked' : 'plain', withMarks)
      expect(await text(readPage(store, query, { offset, limit }))).toBe(page)
    }
  })

  test('is read without what comes before it', async () => {
    const query = await put('marked', true)
    readBytes = 0
    await text(readPage(store, query, { offset: 59_000, limit: 10 }))
    expect(readBytes).toBeLessThan(1.3 * mib)
    expect(query.bytes).toBeGreaterThan(5 * mib)
  })
})
