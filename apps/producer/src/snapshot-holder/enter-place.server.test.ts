import { QueryPoolError } from '@querypool/shared/errors'
import { newRunId } from '@querypool/shared/run'
import pg from 'pg'
import { expect, test } from 'vitest'
import { fromEnvironment } from '../../../../tests/from-environment.ts'
import { enterPlace } from './enter-place.ts'

test('a holder that meets a server which was started again says so, and does not refuse the run', async () => {
  const url = fromEnvironment('QUERYPOOL_TEST_POSTGRES_URL')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const entering = enterPlace(client, 'installation', {
      journalUrl: url,
      database: { name: 'main', url, ssl: null, maxConcurrency: null, statementTimeoutMs: null, role: null },
      run: newRunId(),
      generation: 1,
      place: 2,
      imports: { server: '1.5', ids: ['00000003-0000001B-1'] },
      private: false,
    })
    const refusal = await entering.catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ message: expect.stringContaining('started again') })
    expect(refusal).not.toBeInstanceOf(QueryPoolError)
  } finally {
    await client.end()
  }
})
