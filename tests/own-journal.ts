import { randomBytes } from 'node:crypto'
import { type Journal, openJournal } from '@querypool/shared/journal'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { fromEnvironment } from './from-environment.ts'

/** Gives the tests of a file a journal of their own, in a database that goes with them; to be asked for within a test. */
export function useOwnJournal(): () => Journal {
  const database = `journal_${randomBytes(6).toString('hex')}`
  let admin: pg.Client | undefined
  let journal: Journal | undefined
  beforeAll(async () => {
    const url = fromEnvironment('QUERYPOOL_TEST_POSTGRES_URL')
    admin = new pg.Client({ connectionString: url })
    await admin.connect()
    await admin.query(`CREATE DATABASE ${database}`)
    const own = new URL(url)
    own.pathname = `/${database}`
    journal = await openJournal(own.href)
  })
  afterAll(async () => {
    await journal?.close()
    await admin?.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    await admin?.end()
  })
  return () => {
    if (journal === undefined) throw new Error('The journal is there only while tests run.')
    return journal
  }
}
