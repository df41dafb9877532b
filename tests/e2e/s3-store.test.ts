import { stat } from 'node:fs/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { QueryPool } from '../../packages/client/src/index.ts'
import { deadline, untilBackends, waitingQueries } from '../chaos/private-run.ts'
import { type S3Server, startS3Server } from '../s3/start-s3-server.ts'
import { createService, type Service } from './create-service.ts'
import { callDoctor } from './doctor.ts'
import { documentOf, queryOf, type RunDocument } from './installation.ts'

let server: S3Server
let client: S3Client
let service: Service

beforeAll(async () => {
  server = await startS3Server()
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = server.env
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
  client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const variables = { ...server.env, QUERYPOOL_RESULTS: `s3://${server.bucket}/team` }
  service = await createService({ rest: 'retention:\n  runs: 30d' }, variables)
  await service.startOverseer()
  await service.startWorker('worker-a', '--concurrency', '3')
  await service.startWorker('worker-b', '--concurrency', '3')
})
afterEach(() => {
  server.fault = () => null
})
afterAll(async () => {
  await service?.dispose()
  await server?.close()
})

const largeRows = 400_000
const batch = `
-- name: large
select n, repeat('x', 50) as x from generate_series(1, ${largeRows}) as n;
-- name: none
select 1 as n where false;
-- name: long
select 42 as answer /* ${'long '.repeat(5000)} */;
-- name: broken
-- retries: 0
select n from later;
`

async function run(sql: string, ...args: string[]): Promise<RunDocument> {
  const file = await service.batchFile(sql)
  return documentOf(await service.querypool(['run', file, '--database', 'main', '--json', ...args]))
}

async function keysOf(prefix: string): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: server.bucket, Prefix: prefix }))
  return Contents.map(({ Key = '' }) => Key)
}

test('a batch runs end to end with its results in S3: rows, pages, verification, retry, and the client', async () => {
  const document = await run(batch)
  expect(document.state).toBe('partial')
  expect(queryOf(document, 'large')).toMatchObject({ state: 'succeeded', rows: largeRows, attempts: 1 })
  const id = document.runId

  const whole = await service.querypool(['results', id, 'large'])
  expect(whole.stdout.split('\n')).toHaveLength(largeRows + 2)
  const page = await service.querypool([
    'results',
    id,
    'large',
    '--offset',
    '399998',
    '--limit',
    '5',
    '--format',
    'ndjson',
  ])
  expect(
    page.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).n),
  ).toEqual([399_999, 400_000])
  expect(
    server.requests.some((request) => request.includes('partNumber=2')),
    'put in parts',
  ).toBe(true)
  expect(await service.querypool(['results', id, 'none'])).toMatchObject({ status: 0, stdout: 'n\n' })
  expect(await service.querypool(['results', id, '--verify'])).toMatchObject({ status: 0 })

  await service.target.query('CREATE TABLE IF NOT EXISTS later AS SELECT 7 AS n; GRANT SELECT ON later TO PUBLIC')
  const retried = documentOf(await service.querypool(['retry', id, '--json']))
  expect(retried).toMatchObject({ state: 'succeeded', generation: 2 })
  expect(queryOf(retried, 'large')).toMatchObject({ carriedFrom: 1 })
  expect((await keysOf(`team/${id}/`)).map((key) => key.split('/').at(-1))).toEqual(
    expect.arrayContaining(['report.json', 'manifest.ndjson', 'rows.csv', 'manifest.json']),
  )

  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value)
  const pool = new QueryPool({ journalUrl: service.journalUrl, resultsFolder: `s3://${server.bucket}/team` })
  try {
    for await (const result of (await pool.run(id)).results())
      if (result.name === 'large') {
        const rows: unknown[] = []
        for await (const row of result.rows({ offset: 200_000, limit: 2 })) rows.push(row)
        expect(rows).toEqual([200_001, 200_002].map((n) => ({ n, x: 'x'.repeat(50) })))
      }
  } finally {
    await pool.close()
    vi.unstubAllEnvs()
  }
})

test('rows that were changed in S3 are found', async () => {
  const { runId } = await run('-- name: one\nselect 1 as n;\n')
  const key = (await keysOf(`team/${runId}/`)).find((each) => each.endsWith('rows.csv'))
  await client.send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: 'n\n2\n' }))
  const verified = await service.querypool(['results', runId, '--verify', '--json'])
  expect(verified.status).toBe(1)
  expect(JSON.parse(verified.stdout).damaged).toMatchObject([{ query: 'one', file: `s3://${server.bucket}/${key}` }])
  expect(await service.querypool(['results', runId, 'one'])).toMatchObject({ status: 1 })
})

test('a store that refuses puts for a while costs tries and no result', async () => {
  let refused = 0
  server.fault = (request) =>
    request.method === 'PUT' && request.url?.endsWith('rows.csv?x-id=PutObject') && refused++ < 2
      ? { status: 403, code: 'AccessDenied' }
      : null
  const document = await run('-- name: one\nselect 1 as n;\n')
  expect(queryOf(document, 'one')).toMatchObject({ state: 'succeeded', attempts: 3 })
  const { events } = JSON.parse((await service.querypool(['status', document.runId, '--json'])).stdout)
  expect(events.map(({ code }: { code: string }) => code)).toEqual(['QP_STORE_DENIED', 'QP_STORE_DENIED'])
})

test('a run is cancelled, and one that ended long ago is removed with all its objects', async () => {
  const file = await service.batchFile(waitingQueries(600, 600, 600))
  const submitted = await service.querypool(['run', file, '--database', 'main', '--detach', '--json'])
  const { runId } = JSON.parse(submitted.stdout) as { runId: string }
  await untilBackends(service, 3)
  expect(await service.querypool(['cancel', runId])).toMatchObject({ status: 4 })
  expect(await service.countBackends()).toBe(0)
  expect(await keysOf(`team/${runId}/`)).not.toEqual([])
  const young = await run('-- name: one\nselect 1 as n;\n')
  await service.journal.query(`UPDATE querypool.run SET finished_at = now() - interval '31 days' WHERE id = $1`, [
    runId,
  ])
  await service.startOverseer()
  await vi.waitFor(async () => expect(await keysOf(`team/${runId}/`)).toEqual([]), deadline)
  expect(await service.querypool(['results', young.runId, 'one'])).toMatchObject({ status: 0, stdout: 'n\n1\n' })
})

test('a private run has its results there, too, also those of writes', async () => {
  await callDoctor(service, {}, '--database', 'main', '--init-ledger')
  await service.target.query('CREATE TABLE written (n int); GRANT ALL ON written TO PUBLIC')
  const variables = { ...server.env, QUERYPOOL_RESULTS: `s3://${server.bucket}/private` }
  const write = '-- name: write\n-- effect: write\ninsert into written values (2) returning n;\n'
  const file = await service.batchFile(`-- name: one\nselect 1 as n;\n${write}`)
  const args = ['run', file, '--database', service.databaseUrl, '--workers', '2', '--json']
  const { runId } = documentOf(await service.querypool(args, { env: variables }))
  const keys = await keysOf(`private/${runId}/`)
  expect(keys.filter((each) => /\/rows-[^/]+\.csv$/.test(each))).toHaveLength(1)
  expect(await service.querypool(['results', runId, 'write'], { env: variables })).toMatchObject({ stdout: 'n\n2\n' })
  expect(await service.querypool(['results', runId, '--verify'], { env: variables })).toMatchObject({ status: 0 })
  const [key] = keys.filter((each) => each.endsWith('rows.csv'))
  const { Body } = await client.send(new GetObjectCommand({ Bucket: server.bucket, Key: key }))
  expect(await Body?.transformToString()).toBe('n\n1\n')
  await expect(stat(service.resultsFolder)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('doctor tries the store, and tells a server that replaces what is there and credentials that are refused', async () => {
  const { found } = await callDoctor(service)
  expect(found.get('Result store')).toMatchObject({
    verdict: 'ok',
    message: expect.stringContaining('s3://results/team'),
  })
  expect(found.get('Result store id')).toMatchObject({ verdict: 'ok' })
  const denied = await callDoctor(service, { AWS_ACCESS_KEY_ID: 'SOMEBODY' })
  expect(denied.found.get('Result store')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('QP_STORE_DENIED'),
  })
  server.fault = (request) => {
    delete request.headers['if-none-match']
    return null
  }
  const replacing = await callDoctor(service)
  expect(replacing.found.get('Result store')?.message).toContain('QP_STORE_REPLACES')
  const refused = await service.querypool(['worker', '--name', 'stranger'])
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('[QP_STORE_REPLACES]') })
})

test('a worker with another prefix does not start', async () => {
  const refused = await service.querypool(['worker'], { env: { QUERYPOOL_RESULTS: `s3://${server.bucket}/other` } })
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('[QP_STORE_MISMATCH]') })
})
