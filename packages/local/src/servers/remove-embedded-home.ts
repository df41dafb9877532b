import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { homeLayout } from './home-layout.ts'
import { stopEmbeddedServers } from './stop-embedded-servers.ts'

/**
 * Stops the servers of a home (see stopEmbeddedServers) and removes it with all of its data, also where root's servers
 * keep their data outside of it. For homes that were made for one demo or test.
 * @throws QP_EMBEDDED_STILL_USED
 */
export async function removeEmbeddedHome(home: string): Promise<void> {
  if (!existsSync(home)) return
  await stopEmbeddedServers(home)
  const layout = homeLayout(resolve(home))
  await rm(layout.data, { recursive: true, force: true })
  await rm(layout.home, { recursive: true, force: true })
}
