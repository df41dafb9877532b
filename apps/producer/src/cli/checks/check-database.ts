import { addressOf, type ResolvedDatabase } from '@querypool/shared/config'
import { type DatabaseFacts, describeServer, inspectDatabase } from '@querypool/shared/database'
import { inspectLedger } from '@querypool/shared/ledger'
import { type Check, fail, failedChecks, ok, warn } from './check.ts'
import type { NamedClock } from './check-clocks.ts'
import { judgeLedger } from './judge-ledger.ts'
import { judgePowers } from './judge-powers.ts'
import { judgeRoom, type SessionsWanted } from './judge-room.ts'

const oldest = 13

/** Checks a target database: that it answers, what our role can do there, and whether it has room for our sessions. */
export async function checkDatabase(
  database: ResolvedDatabase,
  wanted: SessionsWanted,
): Promise<{ checks: Check[]; clock?: NamedClock }> {
  const name = database.name === null ? 'Database' : `Database ${database.name}`
  try {
    const facts = await inspectDatabase(addressOf(database), database.role)
    const ledger = await inspectLedger(addressOf(database), database.role)
    const where = describeServer(database.url)
    const checks = [
      judgeServer(name, facts, where),
      ...judgeRole(name, facts, database.role),
      ...judgePowers(name, facts.powers, ledger !== null),
      judgeLedger(name, database.name, ledger),
      judgeRoom(name, facts.room, wanted),
      ...judgeEncryption(name, facts, where),
      ...judgeGoneClients(name, facts),
    ]
    return { checks, clock: { name: database.name ?? 'the database', ...facts.clock } }
  } catch (thrown) {
    return { checks: failedChecks(name, thrown) }
  }
}

function judgeServer(name: string, { version, versionNumber }: DatabaseFacts, where: string): Check {
  const message = `PostgreSQL ${version} at ${where}`
  if (versionNumber >= oldest * 10_000) return ok(name, message)
  return fail(name, `${message} is too old`, `QueryPool works with PostgreSQL ${oldest} and newer.`)
}

function judgeRole(name: string, { role, setRoleRefusal }: DatabaseFacts, wanted: string | null): Check[] {
  if (wanted === null) return []
  if (setRoleRefusal === null) return [ok(`${name}: role`, `${role} may take the role ${wanted}`)]
  const remedy = `GRANT "${wanted}" TO "${role}", or correct \`role\` in the configuration: no query can begin.`
  return [fail(`${name}: role`, `${role} cannot take the role ${wanted}: ${setRoleRefusal}`, remedy)]
}

function judgeEncryption(name: string, { isEncrypted }: DatabaseFacts, where: string): Check[] {
  if (isEncrypted) return [ok(`${name}: TLS`, 'the connection is encrypted')]
  if (isLocal(where)) return []
  const remedy = 'Set `tls` in the configuration, or sslmode in the URL: passwords and rows can be read on the way.'
  return [warn(`${name}: TLS`, 'the connection is not encrypted', remedy)]
}

/** Whether an address as describeServer shows it is on this machine. */
function isLocal(where: string): boolean {
  return /^(\/|localhost:|127\.|\[?::1\]?:)/.test(where)
}

function judgeGoneClients(name: string, { noticesGoneClients }: DatabaseFacts): Check[] {
  if (noticesGoneClients) return []
  const remedy = 'Use PostgreSQL 14 or newer: what a dead worker ran goes on there until it ends by itself.'
  return [warn(`${name}: dead clients`, 'the server does not know client_connection_check_interval', remedy)]
}
