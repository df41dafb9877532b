import type { HomeLayout } from './home-layout.ts'
import type { Passwords } from './passwords.ts'
import type { PostgresPrograms } from './postgres-programs.ts'
import type { ServerAccount } from './server-account.ts'

/** What a keeper works with: the home, and how servers are started on this machine. */
export interface KeeperPlace {
  readonly layout: HomeLayout
  readonly account: ServerAccount | undefined
  readonly passwords: Passwords
  readonly postgres: PostgresPrograms
  /** A Redis program that the caller asked for. */
  readonly redisServer: string | undefined
  /** Whether the servers wait some time for their first user. */
  readonly expectsUsers: boolean
  /** The environment of the keeper: where to look for programs. */
  readonly environment: NodeJS.ProcessEnv
  /** Tells whoever waits for the servers what takes its time. */
  readonly report: (progress: string) => void
  /** Writes a line to the keeper's log. */
  readonly log: (line: string) => void
}
