import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Captured, captureWhile } from './capture.ts'
import { createService } from './create-service.ts'
import { createInstallation, documentOf, type Installation } from './installation.ts'

const marker = `row${randomBytes(12).toString('hex')}`
// The marker comes into being in the server, so that the text of the batch does not hold it.
const marked = [marker.slice(0, 9), marker.slice(9)].map((part) => `'${part}'`).join(' || ')
const batch = `-- name: marked\nselect ${marked} as marker, n from generate_series(1, 1000) n;
-- name: slow\nselect ${marked} as marker from pg_sleep(1);
-- name: failing\nselect 1 / (length(${marked}) - ${marker.length});\n`

test('rows and the password from the URL are in no Redis command, journal, output or command line', async () => {
  const installation = await createInstallation()
  onTestFinished(() => installation.dispose())
  await expectNoSecrets(installation, (args) =>
    installation.querypool([...args, '--database', installation.databaseUrl, '--workers', '2']),
  )
})

test('nor are they when the password comes from PGPASSWORD', async () => {
  const installation = await createInstallation()
  onTestFinished(() => installation.dispose())
  const url = new URL(installation.databaseUrl)
  url.password = ''
  await expectNoSecrets(installation, (args) =>
    installation.querypool([...args, '--database', url.href, '--workers', '2'], {
      env: { PGPASSWORD: installation.password },
    }),
  )
})

test('nor are they when an overseer and a worker find the URL by their configuration, and those log nothing of it', async () => {
  const service = await createService()
  onTestFinished(() => service.dispose())
  const programs = [await service.startOverseer(), await service.startWorker('worker-a')]
  await expectNoSecrets(service, (args) => service.querypool([...args, '--database', 'main']))
  for (const { stderr, healthUrl } of programs) {
    const metrics = await (await fetch(`${healthUrl}/metrics`)).text()
    for (const secret of [marker, service.password]) expect(stderr() + metrics).not.toContain(secret)
  }
})

async function expectNoSecrets(
  installation: Installation,
  run: (args: readonly string[]) => ReturnType<Installation['querypool']>,
): Promise<void> {
  const isSecret = (text: string): boolean => text.includes(marker) || text.includes(installation.password)
  const file = await installation.batchFile(batch)
  const output = join(installation.folder, 'output')
  const seen = await captureWhile(installation, () => run(['run', file, '--json', '--output', output]))
  await expectSeenAll(installation, seen)
  expect(seen.traffic.filter(isSecret)).toEqual([])
  expect(seen.journal.filter(isSecret)).toEqual([])
  expect(isSecret(seen.finished.stdout) || isSecret(seen.finished.stderr)).toBe(false)
  // What a person writes on the command line of `run` stands there, also in a child of it that is only about to become
  // another program; nothing that it starts repeats it.
  const others = [...seen.commandLines].filter((commandLine) => !commandLine.includes(`\0run\0${file}\0`))
  expect(others.filter(isSecret)).toEqual([])
  expect(await readFile(join(output, 'marked.csv'), 'utf8')).toContain(`${marker},1000\n`)
}

/** The capture saw the run: its traffic, its rows in the journal, its processes. */
async function expectSeenAll(installation: Installation, seen: Captured): Promise<void> {
  expect(documentOf(seen.finished).queries.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'failed'])
  const { rows } = await installation.journal.query<{ id: string }>('select id from querypool.installation')
  const id = rows[0]?.id ?? 'unknown'
  expect(seen.traffic.filter((line) => line.includes(id)).length).toBeGreaterThan(10)
  expect(seen.journal.some((line) => line.startsWith('querypool.result'))).toBe(true)
  const programs = [...seen.commandLines].filter((line) => line.includes('worker') && line.includes('dist/main.js'))
  if (process.platform === 'linux') expect(programs.length).toBeGreaterThan(0)
}
