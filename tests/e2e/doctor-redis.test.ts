import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { connectRedis, type Redis } from '@querypool/shared/queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callDoctor } from './doctor.ts'
import { createInstallation, type Installation } from './installation.ts'

// These tests set a Redis as it should not be, so they have one of their own.
let installation: Installation
let home: string
let redis: Redis
let redisUrl: string

beforeAll(async () => {
  installation = await createInstallation()
  home = join(installation.folder, 'embedded')
  redisUrl = (await ensureEmbeddedServers(home)).redisUrl
  redis = connectRedis(redisUrl)
})
afterAll(async () => {
  redis?.disconnect()
  if (home !== undefined) await removeEmbeddedHome(home)
  await installation?.dispose()
})

const doctor = (url = redisUrl) => callDoctor(installation, { REDIS_URL: url })

test('a Redis that drops keys and writes no file is told', async () => {
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await redis.config('SET', 'appendonly', 'no')
  const { status, found } = await doctor()
  expect(found.get('Redis eviction')).toMatchObject({ verdict: 'fail', message: 'the policy is allkeys-lru' })
  expect(found.get('Redis persistence')).toMatchObject({ verdict: 'warn' })
  expect(status).toBe(1)
  await redis.config('SET', 'maxmemory-policy', 'noeviction')
  await redis.config('SET', 'appendonly', 'yes')
})

test('a file that is never synced is told', async () => {
  await redis.config('SET', 'appendfsync', 'no')
  const { status, found } = await doctor()
  expect(found.get('Redis persistence')).toMatchObject({ verdict: 'warn' })
  expect(status).toBe(0)
  await redis.config('SET', 'appendfsync', 'everysec')
})

test('a Redis whose memory is nearly full is told', async () => {
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  await redis.config('SET', 'maxmemory', String(Math.round(used / 0.8)))
  expect((await doctor()).found.get('Redis memory')).toMatchObject({ verdict: 'warn' })
  await redis.config('SET', 'maxmemory', String(used * 10))
  expect((await doctor()).found.get('Redis memory')).toMatchObject({ verdict: 'ok' })
  await redis.config('SET', 'maxmemory', '0')
})

test('a user that may not write is told', async () => {
  await redis.call(
    'ACL',
    'SETUSER',
    'reader',
    'on',
    '>geheim',
    '~*',
    '+@read',
    '+@connection',
    '+info',
    '+time',
    '+eval',
  )
  const url = new URL(redisUrl)
  url.username = 'reader'
  url.password = 'geheim'
  const { status, found } = await doctor(url.href)
  expect(found.get('Redis rights')).toMatchObject({ verdict: 'fail' })
  expect(found.get('Redis')).toMatchObject({ verdict: 'ok' })
  expect(status).toBe(3)
})

test('a user that may not use the keys of the installation is told', async () => {
  await installation.querypool(['runs'])
  await redis.call('ACL', 'SETUSER', 'elsewhere', 'on', '>geheim', '~{qp-check}*', '~querypool:*', '+@all')
  const url = new URL(redisUrl)
  url.username = 'elsewhere'
  url.password = 'geheim'
  const { status, found } = await doctor(url.href)
  expect(found.get('Redis rights')).toMatchObject({ verdict: 'fail' })
  expect(status).toBe(3)
})

test('a replica is refused', async () => {
  await redis.replicaof('127.0.0.1', 1)
  const { status, found } = await doctor()
  expect(found.get('Redis rights')).toMatchObject({ verdict: 'fail', message: 'this is a replica' })
  expect(status).toBe(1)
  await redis.replicaof('NO', 'ONE')
})
