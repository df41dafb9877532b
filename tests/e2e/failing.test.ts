import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createInstallation, documentOf, type Installation, queryOf } from './installation.ts'

describe('queries that fail', () => {
  let installation: Installation

  beforeAll(async () => {
    installation = await createInstallation()
    await installation.target.query(`
      create table written (n int);
      create sequence numbers;
      create function write_down() returns int language plpgsql as
        'begin insert into written values (1); return 1; end';
      grant all on all tables in schema public to public;
      grant all on all sequences in schema public to public`)
  })
  afterAll(() => installation?.dispose())

  test('one bad query does not stop the good ones, and its status says what and where it was', async () => {
    const finished = await installation.runBatch(
      '-- name: good\nselect 1 as n;\n-- name: bad\nselect n,\n  missing + 1\nfrom written;\n-- name: also_good\nselect 2 as n;\n',
    )
    expect(finished.status).toBe(1)
    const document = documentOf(finished)
    expect(document.state).toBe('partial')
    expect(document.queries.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(queryOf(document, 'bad').error).toMatchObject({
      code: 'QP_SQL_ERROR',
      sqlState: '42703',
      message: 'column "missing" does not exist',
    })

    const status = await installation.querypool(['status', document.runId])
    expect(status).toMatchObject({ status: 0, stderr: '' })
    expect(status.stdout).toContain('42703')
    expect(status.stdout).toContain('column "missing" does not exist')
    const lines = status.stdout.split('\n')
    const shown = lines.findIndex((line) => line.includes('missing + 1'))
    expect(lines[shown + 1]?.indexOf('^')).toBe(lines[shown]?.indexOf('missing'))
  })

  test('a run of which every query fails has failed', async () => {
    const finished = await installation.runBatch(
      '-- name: divided\nselect 1 / 0;\n-- name: cast_wrongly\nselect (n::text || $$x$$)::int from generate_series(1, 3) n;\n',
    )
    expect(finished.status).toBe(1)
    const document = documentOf(finished)
    expect(document.state).toBe('failed')
    expect(queryOf(document, 'divided').error?.sqlState).toBe('22012')
    expect(queryOf(document, 'cast_wrongly').error?.sqlState).toBe('22P02')
  })

  test('a query that takes longer than its timeout fails with QP_QUERY_TIMEOUT', async () => {
    const finished = await installation.runBatch(
      '-- name: slow\n-- timeout: 300ms\nselect pg_sleep(60);\n-- name: quick\nselect 1;\n',
    )
    expect(finished.status).toBe(1)
    expect(queryOf(documentOf(finished), 'slow').error?.code).toBe('QP_QUERY_TIMEOUT')
    expect(queryOf(documentOf(finished), 'quick').state).toBe('succeeded')
    expect(await installation.countBackends()).toBe(0)
  })

  test('a query that writes behind its SELECT is refused, and nothing is written', async () => {
    const finished = await installation.runBatch(
      `-- name: by_function\nselect write_down();\n-- name: by_sequence\nselect nextval('numbers');\n`,
    )
    expect(finished.status).toBe(1)
    const document = documentOf(finished)
    expect(document.state).toBe('failed')
    expect(document.queries.map(({ error }) => error?.sqlState)).toEqual(['25006', '25006'])
    expect((await installation.target.query('select from written')).rowCount).toBe(0)
    expect((await installation.target.query('select is_called from numbers')).rows).toEqual([{ is_called: false }])
  })
})
