import { join } from 'node:path'
import { removeUnkeptHome, startUnkeptPostgres, startUnkeptRedis } from '@querypool/local/servers'
import type { Servers } from './links.ts'

const starters = { target: startUnkeptPostgres, journal: startUnkeptPostgres, redis: startUnkeptRedis }

/** Starts the servers in folders of their own. `stop` stops them and removes their data, wherever they are. */
export async function startServers(folder: string): Promise<{ servers: Servers; stop(): Promise<void> }> {
  const started: [name: string, server: Servers[keyof Servers]][] = []
  const stop = async (): Promise<void> => {
    for (const [name, server] of started) {
      await server.stop()
      await removeUnkeptHome(join(folder, name))
    }
  }
  try {
    for (const [name, start] of Object.entries(starters)) started.push([name, await start(join(folder, name))])
  } catch (error) {
    await stop()
    throw error
  }
  return { servers: Object.fromEntries(started) as unknown as Servers, stop }
}
