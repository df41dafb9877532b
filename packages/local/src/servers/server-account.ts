import { readFile } from 'node:fs/promises'
import { QueryPoolError } from '@querypool/shared/errors'

/** The account that runs the embedded servers when we are root, whom PostgreSQL refuses. */
export interface ServerAccount {
  readonly uid: number
  readonly gid: number
}

const preferredAccounts = ['postgres', '_postgres', 'nobody']

/**
 * The account to run servers as: none (our own) unless we are root; then `postgres` (`_postgres` on macOS) if the machine
 * has it, else `nobody`. node drops root's supplementary groups when it changes the account.
 * @throws QP_EMBEDDED_START where root finds none of them
 */
export async function serverAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = accountsIn(await readFile('/etc/passwd', 'utf8'))
  const account = preferredAccounts.map((name) => accounts.get(name)).find((found) => found !== undefined)
  if (account) return account
  throw new QueryPoolError(
    'QP_EMBEDDED_START',
    'PostgreSQL does not run as root, and there is no account to run it as',
    {
      remedy: 'Run as another user than root, or add an account named postgres or nobody.',
    },
  )
}

function accountsIn(passwd: string): Map<string, ServerAccount> {
  const rows = passwd.split('\n').map((line) => line.split(':'))
  return new Map(rows.map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]))
}
