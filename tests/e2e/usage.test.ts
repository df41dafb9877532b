import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation, type Installation } from './installation.ts'

describe('what cannot be run', () => {
  let installation: Installation
  let file: string

  beforeAll(async () => {
    installation = await createInstallation()
    file = await installation.batchFile('-- name: one\nselect 1;\n')
  })
  afterAll(() => installation?.dispose())
  afterEach(async () => {
    expect(await installation.countRuns()).toBe(0)
  })

  const refuse = async (args: string[], status: number, said: RegExp, env: Record<string, string> = {}) => {
    const finished = await installation.querypool(args, { env })
    expect(finished.stderr).toMatch(said)
    expect(finished).toMatchObject({ status, stdout: '' })
    return finished
  }

  test.each(['0', '-1', '1e9', '1.5', 'abc', ''])('`--workers` refuses "%s"', async (workers) => {
    await refuse(['run', file, '--database', installation.databaseUrl, `--workers=${workers}`], 2, /QP_WORKERS/)
  })

  test('an unknown flag is refused with the one that was likely meant', async () => {
    await refuse(['run', file, '--databse', 'x'], 2, /--databse[\s\S]*--database/)
  })

  test('an unknown command is refused with the one that was likely meant', async () => {
    await refuse(['rnu', file], 2, /rnu[\s\S]*run/)
  })

  test.each([
    ['databases', 'pauze', 'pause'],
    ['workers', 'drian', 'drain'],
  ])(
    'a subcommand of `%s` that is not one is refused with the one that was likely meant',
    async (name, given, meant) => {
      await refuse([name, given, 'x'], 2, new RegExp(`"${given}"[\\s\\S]*Did you mean .${meant}.`))
    },
  )

  test('a run without a database is refused', async () => {
    await refuse(['run', file], 2, /QP_USAGE/)
  })

  test('a database name that nothing defines is refused', async () => {
    await refuse(['run', file, '--database', 'warehouse'], 2, /warehouse[\s\S]*QP_DATABASE_UNKNOWN/)
  })

  test.each(['mysql://root:geheim@host/db', 'postgres://user:geheim@host:port/db'])(
    'the database URL %s is refused, and its password is not repeated',
    async (url) => {
      const { stderr } = await refuse(['run', file, '--database', url], 2, /QP_DATABASE_URL/)
      expect(stderr).not.toContain('geheim')
    },
  )

  test('a file that does not exist is refused', async () => {
    const missing = join(installation.folder, 'missing.sql')
    await refuse(['run', missing, '--database', installation.databaseUrl], 2, /missing\.sql[\s\S]*QP_FILE_NOT_FOUND/)
  })

  test('all faults of a file are told at once, each with line and column', async () => {
    const faulty = await installation.batchFile(
      '-- name: one\nselec 1;\n-- name: one\n-- tiemout: 3s\nselect 1;\n',
      'faulty.sql',
    )
    const { stderr } = await refuse(['run', faulty, '--database', installation.databaseUrl], 2, /faulty\.sql:\d+:\d+/)
    for (const code of ['QP_SQL_SYNTAX', 'QP_NAME_TWICE', 'QP_OPTION_UNKNOWN']) expect(stderr).toContain(code)
  })

  test('a database that does not answer is told by its address without the password', async () => {
    const url = 'postgres://somebody:geheim@127.0.0.1:1/warehouse'
    const { stderr } = await refuse(['run', file, '--database', url], 3, /127\.0\.0\.1:1[\s\S]*QP_DATABASE_UNREACHABLE/)
    expect(stderr).not.toContain('geheim')
  })

  test('a Redis that does not answer is told by its address without the password', async () => {
    const { stderr } = await refuse(
      ['run', file, '--database', installation.databaseUrl],
      3,
      /127\.0\.0\.1:1[\s\S]*QP_REDIS_UNREACHABLE/,
      { REDIS_URL: 'redis://:geheim@127.0.0.1:1' },
    )
    expect(stderr).not.toContain('geheim')
  })

  test('a journal that does not answer is told by its address without the password', async () => {
    const { stderr } = await refuse(
      ['run', file, '--database', installation.databaseUrl],
      3,
      /127\.0\.0\.1:1[\s\S]*QP_JOURNAL_UNREACHABLE/,
      { QUERYPOOL_JOURNAL_URL: 'postgres://somebody:geheim@127.0.0.1:1/journal' },
    )
    expect(stderr).not.toContain('geheim')
  })
})
