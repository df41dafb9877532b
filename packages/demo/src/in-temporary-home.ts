import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeEmbeddedHome } from '@querypool/local/servers'

/** Does some work in a home for embedded servers that is removed afterwards, with the servers, also when it fails. */
export async function inTemporaryHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'querypool-demo-'))
  try {
    // Started by root, PostgreSQL runs as another user, who has to get through this folder.
    await chmod(home, 0o755)
    await work(home)
  } finally {
    await removeEmbeddedHome(home)
  }
}
