import { readConfig } from '@querypool/shared/config'
import { describeServer } from '@querypool/shared/database'
import { openJournal } from '@querypool/shared/journal'
import { checkRedis } from '@querypool/shared/queue'
import { openFolderStore } from '@querypool/shared/result'
import { locateServers, readSettings } from '../../environment/index.ts'
import { progressOnStderr } from '../with-services.ts'
import { type Check, failedCheck } from './check.ts'

const oldestPostgres = 13

/** Checks Redis, the journal and the result store as the environment names them; embedded servers are started. */
export async function checkServices(): Promise<Check[]> {
  const settings = readSettings(process.env, await readConfig(process.env))
  const store = await checkStore(settings.resultsFolder)
  try {
    const { journalUrl, redisUrl } = await locateServers(settings, progressOnStderr)
    return [...(await checkRedisServer(redisUrl)), await checkJournal(journalUrl), store]
  } catch (thrown) {
    return [failedCheck('Servers', thrown), store]
  }
}

async function checkRedisServer(url: string): Promise<Check[]> {
  try {
    const { version, persistence, evictionPolicy } = await checkRedis(url)
    return [
      { name: 'Redis', verdict: 'ok', message: version },
      checkEviction(evictionPolicy),
      checkPersistence(persistence),
    ]
  } catch (thrown) {
    return [failedCheck('Redis', thrown)]
  }
}

function checkEviction(policy: string): Check {
  const name = 'Redis eviction'
  if (policy === 'noeviction') return { name, verdict: 'ok', message: policy }
  const remedy = 'Set `maxmemory-policy noeviction`: with another policy Redis drops jobs when its memory is full.'
  return { name, verdict: 'fail', message: `the policy is ${policy}`, remedy, exitStatus: 1 }
}

function checkPersistence(isOn: boolean): Check {
  const name = 'Redis persistence'
  if (isOn) return { name, verdict: 'ok', message: 'the append-only file is on' }
  const remedy =
    'Set `appendonly yes`; without it jobs are made again from the journal when Redis restarts, which takes a while.'
  return { name, verdict: 'warn', message: 'the append-only file is off', remedy }
}

async function checkJournal(url: string): Promise<Check> {
  const name = 'Journal'
  try {
    const where = describeServer(url)
    const journal = await openJournal(url, 1)
    try {
      const { rows } = await journal.pool.query<{ version: string }>(
        "SELECT current_setting('server_version') AS version",
      )
      const version = rows[0]?.version ?? 'unknown'
      if (Number.parseInt(version, 10) >= oldestPostgres)
        return { name, verdict: 'ok', message: `PostgreSQL ${version} at ${where}` }
      const message = `PostgreSQL ${version} at ${where} is too old`
      const remedy = `Use PostgreSQL ${oldestPostgres} or newer for the journal.`
      return { name, verdict: 'fail', message, remedy, exitStatus: 1 }
    } finally {
      await journal.close()
    }
  } catch (thrown) {
    return failedCheck(name, thrown)
  }
}

async function checkStore(folder: string): Promise<Check> {
  const name = 'Result store'
  try {
    const store = await openFolderStore(folder)
    const upload = await store.upload('doctor')
    try {
      await upload.file.writeFile('written by querypool doctor\n')
    } finally {
      await upload.discard()
    }
    return { name, verdict: 'ok', message: folder }
  } catch (thrown) {
    return failedCheck(name, thrown)
  }
}
