import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createService } from './create-service.ts'
import { documentOf } from './installation.ts'

const names = ['overseer', 'worker', 'dashboard'] as const

test('`up` runs everything in one terminal, each line with its program, and one Ctrl-C ends all of it', async () => {
  const service = await createService()
  onTestFinished(() => service.dispose())
  const up = service.start(['up', '--concurrency', '2'], {
    env: {
      QUERYPOOL_CONFIG: join(service.folder, 'querypool.yaml'),
      QUERYPOOL_INSTALLATION: await installationOf(),
      QUERYPOOL_DASHBOARD_PORT: '0',
      MAIN_URL: service.databaseUrl,
    },
  })
  const said = (name: string, what: string): void =>
    expect(
      up
        .stdout()
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) && line.includes(what)),
    ).toHaveLength(1)
  await vi.waitFor(
    () => {
      said('overseer', 'The overseer serves.')
      said('worker', 'The worker takes queries.')
      said('dashboard', 'The dashboard serves')
    },
    { timeout: 120_000 },
  )
  const file = await service.batchFile('-- name: answer\nselect 42;\n')
  expect(documentOf(await service.querypool(['run', file, '--database', 'main', '--json'])).state).toBe('succeeded')
  up.interrupt()
  expect((await up.ended).status).toBe(0)
  for (const name of names) said(name, 'stops')

  /** The Redis of the tests has several installations, so the worker has to be told which is its own. */
  async function installationOf(): Promise<string> {
    await service.querypool(['runs'])
    const { rows } = await service.journal.query('SELECT id FROM querypool.installation')
    return rows[0].id
  }
})

test('`up` without a configured database says what to do', async () => {
  const service = await createService()
  onTestFinished(() => service.dispose())
  const config = await service.batchFile('', 'empty.yaml')
  const refused = await service.querypool(['up'], { env: { QUERYPOOL_CONFIG: config } })
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('[QP_NO_DATABASE_CONFIGURED]') })
})
