import { execFile } from 'node:child_process'
import { chown, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { QueryPoolError } from '@querypool/shared/errors'
import { fillOnce } from './fill-once.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { serverEnvironment } from './start-server.ts'

const run = promisify(execFile)

/**
 * Makes sure that the home has a PostgreSQL data folder that our programs can run.
 * @throws QP_EMBEDDED_START with what initdb said; QP_EMBEDDED_DATA_VERSION
 */
export async function createCluster(place: KeeperPlace): Promise<void> {
  const { layout, postgres } = place
  await fillOnce(layout.postgresData, async (draft) => {
    place.report('Creating the embedded PostgreSQL')
    if (place.account) await chown(draft, place.account.uid, place.account.gid)
    await initialize(place, draft)
  })
  const version = (await readFile(join(layout.postgresData, 'PG_VERSION'), 'utf8')).trim()
  if (version === postgres.majorVersion) return
  throw new QueryPoolError(
    'QP_EMBEDDED_DATA_VERSION',
    `${layout.postgresData} belongs to PostgreSQL ${version}, the embedded one is ${postgres.majorVersion}`,
  )
}

async function initialize(place: KeeperPlace, folder: string): Promise<void> {
  const passwordFile = `${folder}.password`
  await writeFile(passwordFile, place.passwords.postgres, { mode: 0o600 })
  if (place.account) await chown(passwordFile, place.account.uid, place.account.gid)
  const args = [
    `--pgdata=${folder}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // Without LANG, initdb would make databases of encoding SQL_ASCII.
    '--encoding=UTF8',
    '--locale=C',
  ]
  try {
    await run(place.postgres.initdb, args, {
      cwd: place.layout.data,
      env: serverEnvironment(undefined),
      ...place.account,
    })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause && cause.stderr ? String(cause.stderr) : String(cause)
    throw new QueryPoolError(
      'QP_EMBEDDED_START',
      `initdb could not create ${place.layout.postgresData}:\n${said.trim()}`,
      {
        cause,
      },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}
