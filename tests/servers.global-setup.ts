import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'

/**
 * Starts one PostgreSQL and one Redis for all tests, in a folder of their own on free ports, and takes them away
 * afterwards. Tests find them in QUERYPOOL_TEST_POSTGRES_URL and QUERYPOOL_TEST_REDIS_URL.
 */
export async function setup(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'querypool-test-'))
  await chmod(home, 0o755)
  const servers = await ensureEmbeddedServers(home)
  process.env.QUERYPOOL_TEST_POSTGRES_URL = servers.postgresUrl
  process.env.QUERYPOOL_TEST_REDIS_URL = servers.redisUrl
  return () => removeEmbeddedHome(home)
}
