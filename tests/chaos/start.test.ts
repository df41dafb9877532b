import { connectRedis } from '@querypool/shared/queue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createInstallation, type Finished, type Installation } from '../e2e/installation.ts'
import { startRun, waitingQueries } from './private-run.ts'

let installation: Installation

// That no process is left behind, dispose checks.
beforeAll(async () => {
  installation = await createInstallation()
})
afterAll(() => installation?.dispose())

async function run(env: Readonly<Record<string, string>>): Promise<Finished> {
  return (await startRun(installation, waitingQueries(0, 0), env)).ended
}

/** Variables with which every program of ours whose command line has this word ends as it starts. */
async function dyingAtStart(word: string): Promise<Record<string, string>> {
  const file = await installation.batchFile(
    `if (process.argv.slice(1).some((argument) => argument.includes('${word}'))) process.exit(9)\n`,
    `die-${word.replaceAll('/', '-')}.cjs`,
  )
  return { NODE_OPTIONS: `--require ${file}` }
}

async function expectNoStart(finished: Finished, why: RegExp): Promise<void> {
  expect(finished).toMatchObject({ status: 3, stdout: '' })
  expect(finished.stderr).toMatch(why)
  expect(await installation.countRuns()).toBe(0)
}

test('an overseer that dies as it starts is told, and no run is left', async () => {
  await expectNoStart(
    await run(await dyingAtStart('private-overseer')),
    /ended before it was ready \(9\)\. \[QP_OVERSEER_START\]\n {2}→ /,
  )
})

test('a worker that dies as it starts is told, and no run is left', async () => {
  await expectNoStart(
    await run(await dyingAtStart('worker/dist')),
    /worker-\d ended before it was ready.* \[QP_OVERSEER_START\]\n {2}→ /,
  )
})

test('a Redis that lets us do nothing is told, and no run is left', async () => {
  const redis = connectRedis(installation.redisUrl)
  const [user, password] = [`user_${installation.databaseName}`, 'word']
  await redis.acl('SETUSER', user, 'on', `>${password}`, '~*', '&*', '+@connection', '+info')
  const url = new URL(installation.redisUrl)
  url.username = user
  url.password = password
  try {
    await expectNoStart(await run({ REDIS_URL: url.href }), /NOPERM.* \[QP_REDIS_REFUSES\]\n {2}→ /)
  } finally {
    await redis.acl('DELUSER', user)
    redis.disconnect()
  }
})

test('a run that the journal does not take is told, and no process stays', async () => {
  await installation.querypool(['runs'])
  await installation.journal.query(`
    CREATE FUNCTION querypool.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON querypool.run FOR EACH ROW EXECUTE FUNCTION querypool.refuse()`)
  const finished = await run({})
  expect(finished.status).not.toBe(0)
  expect(finished.stderr).toContain('disk full')
})
