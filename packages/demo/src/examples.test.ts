import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureEmbeddedServers } from '@querypool/local/servers'
import { readBatchFile } from '@querypool/shared/batch'
import { expect, test } from 'vitest'
import { callQuerypool } from './call-querypool.ts'
import { createDemoDatabase } from './create-demo-database.ts'
import { inTemporaryHome } from './in-temporary-home.ts'
import { repositoryFolder } from './repository-folder.ts'
import type { RunReport } from './run-report.ts'

const examples = join(repositoryFolder, 'examples')
/** The smallest that leaves no result of an example empty: one of them compares branches. */
const scale = 2

test('every query of every example succeeds, and each has rows', async ({ signal }) => {
  const files = (await readdir(examples)).filter((name) => /\.(?:sql|yaml)$/.test(name))
  expect(files.length).toBeGreaterThanOrEqual(3)
  await inTemporaryHome(async (home) => {
    const { postgresUrl } = await ensureEmbeddedServers(home)
    const databaseUrl = await createDemoDatabase(postgresUrl, scale, signal)
    for (const file of files) {
      const output = join(home, file)
      const args = [
        'run',
        join(examples, file),
        '--database',
        databaseUrl,
        '--workers',
        '5',
        '--output',
        output,
        '--json',
        // A scheduled one has the times of its last slot, from which the demo has no data.
        ...(file.endsWith('.yaml')
          ? ['--param', 'interval_start=2026-01-01', '--param', 'interval_end=2026-01-02']
          : []),
      ]
      const report = JSON.parse(await callQuerypool(args, { home, signal })) as RunReport
      expect({ file, state: report.state }).toEqual({ file, state: 'succeeded' })
      const named = await namesIn(join(examples, file))
      expect(report.queries.map(({ name }) => name)).toEqual(named)
      for (const { name, rows } of report.queries) {
        expect(rows, `rows of ${name} in ${file}`).toBeGreaterThan(0)
        expect(await countLines(join(output, `${name}.csv`)), `lines of ${name}.csv`).toBeGreaterThan(rows ?? 0)
      }
    }
  })
})

/** The names of its queries. */
async function namesIn(file: string): Promise<(string | undefined)[]> {
  if (file.endsWith('.yaml')) return (await readBatchFile(file)).queries.map(({ name }) => name)
  return [...(await readFile(file, 'utf8')).matchAll(/^-- name: (\w+)$/gm)].map(([, name]) => name)
}

async function countLines(file: string): Promise<number> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').length
}
