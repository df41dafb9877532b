import type { UnkeptServer } from '@querypool/local/servers'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export const linkNames = [
  'overseers-redis',
  'overseers-target',
  'overseers-journal',
  'workers-redis',
  'workers-target',
] as const
/** A line from all programs of one sort to one server. */
export type LinkName = (typeof linkNames)[number]

/** The three servers of an installation. */
export interface Servers {
  readonly redis: UnkeptServer
  readonly target: UnkeptServer
  readonly journal: UnkeptServer
}

export type Links = Readonly<Record<LinkName, TcpProxy>>

/** Starts a proxy for each line. */
export async function startLinks(servers: Servers): Promise<Links> {
  const entries = await Promise.all(
    linkNames.map(async (name) => {
      const server = servers[name.split('-')[1] as keyof Servers]
      return [name, await startTcpProxy(server.port)] as const
    }),
  )
  return Object.fromEntries(entries) as Record<LinkName, TcpProxy>
}

/** The URL of a server by way of a link. */
export function throughLink(url: string, link: TcpProxy): string {
  const through = new URL(url)
  through.port = String(link.port)
  return through.href
}
