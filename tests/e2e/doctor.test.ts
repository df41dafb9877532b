import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createService, type Service } from './create-service.ts'
import { callDoctor } from './doctor.ts'

const id = randomBytes(6).toString('hex')
const role = `e2e_doctor_${id}`
const group = `e2e_doctor_group_${id}`

describe('doctor on an installation', () => {
  let service: Service
  let roleUrl: string
  const otherUrl = () => join(service.folder, 'other-url')

  beforeAll(async () => {
    service = await createService({
      database: 'maxConcurrency: 4',
      rest: `  other:\n    url: file:other-url\n    role: ${group}`,
    })
    await service.target.query(`CREATE ROLE ${role} LOGIN PASSWORD 'geheim'`)
    await service.target.query(`CREATE ROLE ${group}`)
    const url = new URL(service.databaseUrl)
    url.username = role
    url.password = 'geheim'
    roleUrl = url.href
    await writeFile(otherUrl(), roleUrl)
    await service.startOverseer()
    await service.startWorker('worker-a', '--database', 'main', '--concurrency', '3')
  })
  afterAll(async () => {
    await service?.target.query(`DROP ROLE IF EXISTS ${role}`)
    await service?.target.query(`DROP ROLE IF EXISTS ${group}`)
    await service?.dispose()
  })

  const doctor = (env: Record<string, string> = {}, ...args: string[]) =>
    callDoctor(service, { MAIN_URL: roleUrl, ...env }, ...args)

  test('says that what is well is well, and by whom each database is served', async () => {
    const { found } = await doctor()
    const well = ['Node.js', 'Configuration', 'Redis', 'Redis rights', 'Redis eviction', 'Redis persistence']
    well.push('Redis memory', 'Journal', 'Journal role', 'Journal schema', 'Result store', 'Result store id')
    well.push('Overseers', 'Workers', 'Database main', 'Database main: rights', 'Database main: connections', 'Clocks')
    for (const name of well) expect(found.get(name), name).toMatchObject({ verdict: 'ok' })
    expect(found.get('Timing')?.message).toContain('a dead worker is noticed after at most 55.0 s')
    expect(found.get('Databases served')).toMatchObject({ verdict: 'warn', message: 'no worker serves other' })
  })

  test('a role that cannot be taken is told, and endangers runs', async () => {
    const { status, found } = await doctor({}, '--database', 'other')
    expect(found.get('Database other: role')).toMatchObject({ verdict: 'fail' })
    expect(found.get('Database other: role')?.message).toContain(group)
    expect(status).toBe(1)
    await service.target.query(`GRANT ${group} TO ${role}`)
    const granted = await doctor({}, '--database', 'other')
    expect(granted.found.get('Database other: role')).toMatchObject({ verdict: 'ok' })
    expect(granted.status).toBe(0)
    expect([...granted.found.keys()]).not.toContain('Database main')
  })

  test('what a role can do beyond a transaction is named, also by way of a role that it can take', async () => {
    await service.target.query(`GRANT pg_read_server_files TO ${group}`)
    await service.target.query(`GRANT ${group} TO ${role}`)
    await service.target.query(`ALTER ROLE ${role} REPLICATION`)
    const { found } = await doctor()
    expect(found.get('Database main: rights')).toMatchObject({
      verdict: 'warn',
      message: 'reaches beyond a transaction: REPLICATION, pg_read_server_files',
    })
    await service.target.query(`REVOKE pg_read_server_files FROM ${group}; ALTER ROLE ${role} NOREPLICATION`)
  })

  test('a superuser is named', async () => {
    const url = new URL(service.journalUrl)
    url.pathname = new URL(roleUrl).pathname
    const { found } = await doctor({ MAIN_URL: url.href })
    expect(found.get('Database main: rights')?.message).toMatch(/superuser: .*postgres/)
  })

  test('a role that can write tables is named with one of them', async () => {
    await service.target.query(`CREATE TABLE sales (n int); GRANT INSERT ON sales TO ${role}`)
    const { found } = await doctor()
    expect(found.get('Database main: rights')).toMatchObject({
      verdict: 'warn',
      message: 'more than reading: writing sales',
    })
    await service.target.query('DROP TABLE sales')
  })

  test('a connection limit below the configured concurrency is told', async () => {
    await service.target.query(`ALTER ROLE ${role} CONNECTION LIMIT 3`)
    const { status, found } = await doctor()
    expect(found.get('Database main: connections')).toMatchObject({ verdict: 'fail' })
    expect(found.get('Database main: connections')?.message).toMatch(/the role allows 3.*maxConcurrency is 4/)
    expect(status).toBe(1)
    await service.target.query(`ALTER ROLE ${role} CONNECTION LIMIT 5`)
    const { found: more } = await doctor()
    expect(more.get('Database main: connections')?.message).toMatch(/the role allows 5.* can have 7/)
    expect(more.get('Database main: connections')).toMatchObject({ verdict: 'warn' })
    await service.target.query(`ALTER ROLE ${role} CONNECTION LIMIT -1`)
  })

  test('a result store that is not that of the installation is told', async () => {
    const { status, found } = await doctor({ QUERYPOOL_RESULTS: join(service.folder, 'elsewhere') })
    expect(found.get('Result store id')).toMatchObject({ verdict: 'fail' })
    expect(found.get('Result store id')?.message).toContain('QP_STORE_MISMATCH')
    expect(status).toBe(1)
  })

  test('a secret that is missing is told with its place, and the other databases are looked at', async () => {
    await rm(otherUrl())
    const { status, found } = await doctor()
    await writeFile(otherUrl(), roleUrl)
    expect(found.get('Database other')?.message).toMatch(/file:.*other-url.*QP_SECRET_UNREADABLE/)
    expect(found.get('Database main')).toMatchObject({ verdict: 'ok' })
    expect(status).toBe(2)
  })

  test('what cannot be reached is told without a password, and the rest is looked at', async () => {
    const env = { MAIN_URL: 'postgres://somebody:geheim@127.0.0.1:1/main', REDIS_URL: 'redis://:geheim@127.0.0.1:1' }
    const { status, found, stdout } = await doctor(env)
    expect(found.get('Redis')).toMatchObject({ verdict: 'fail' })
    expect(found.get('Database main')?.message).toContain('QP_DATABASE_UNREACHABLE')
    for (const name of ['Journal', 'Result store', 'Database other'])
      expect(found.get(name)).toMatchObject({ verdict: 'ok' })
    expect(stdout).not.toContain('geheim')
    expect([...found.keys()], 'Redis could not be asked').not.toContain('Workers')
    expect(status).toBe(3)
  })

  test('a journal of a newer version is told, and is left as it is', async () => {
    const insert = "INSERT INTO querypool.migration (version, name) VALUES (99, 'future')"
    await service.journal.query(insert)
    const { status, found } = await doctor()
    await service.journal.query('DELETE FROM querypool.migration WHERE version = 99')
    expect(found.get('Journal schema')?.message).toContain('QP_JOURNAL_NEWER')
    expect(status).toBe(3)
  })

  test('all faults of the configuration are told', async () => {
    const folder = join(service.folder, 'faulty')
    await mkdir(folder)
    const config = join(folder, 'querypool.yaml')
    await writeFile(config, 'databases:\n  main:\n    url: postgres://a:b@c/d\n    maxConcurency: 3\n')
    const { status, stdout } = await doctor({ QUERYPOOL_CONFIG: config })
    expect(stdout).toMatch(/querypool\.yaml:3:[\s\S]*querypool\.yaml:4:/)
    expect(status).toBe(2)
  })

  test('for people it prints aligned lines with a remedy below what is not well', async () => {
    const env = { MAIN_URL: roleUrl, NO_COLOR: '1' }
    const { stdout } = await service.querypool(['doctor'], { env })
    expect(stdout).toMatch(/^ok {4}Node\.js +\d/)
    expect(stdout).toMatch(/\nwarn {2}Databases served +no worker serves other\n +→ Start a worker/)
    const columns = stdout
      .split('\n')
      .flatMap((line) => /^(?:ok {4}|warn {2})(?:\S| (?! ))+ +/.exec(line)?.[0].length ?? [])
    expect(new Set(columns).size).toBe(1)
  })
})

test('doctor makes no journal: a new installation has none until the first command that needs it', async () => {
  const service = await createService()
  const { found } = await callDoctor(service)
  expect(found.get('Journal schema')).toMatchObject({ verdict: 'ok' })
  expect(found.get('Overseers')).toMatchObject({ verdict: 'warn', message: 'none lives' })
  const { rows } = await service.journal.query("SELECT to_regnamespace('querypool') AS schema")
  expect(rows).toEqual([{ schema: null }])
  await service.dispose()
})
