import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attemptKey, manifestKey, rowsKey } from './attempt-key.ts'
import { openFolderStore } from './folder-store.ts'
import { removeParts } from './remove-parts.ts'

test('what a killed worker has begun to put is removed, and what was put stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'querypool-parts-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const store = await openFolderStore(folder)
  const id = { run: 'r0123456789abc', generation: 1, job: 2, attempt: 3 }
  await store.putText(manifestKey(id), '{}\n')
  const begun = await store.upload(rowsKey(id))
  onTestFinished(() => begun.discard())
  expect(await readdir(store.locate(attemptKey(id)))).toHaveLength(2)

  await removeParts(store, id)
  expect(await readdir(store.locate(attemptKey(id)))).toEqual(['manifest.json'])
})

test('an attempt of which nothing was ever put has nothing to remove', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'querypool-parts-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await removeParts(await openFolderStore(folder), { run: 'r0123456789abc', generation: 1, job: 1, attempt: 1 })
})
