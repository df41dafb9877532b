import { describeServer } from '@querypool/shared/database'
import { inspectJournal, type JournalFacts } from '@querypool/shared/journal'
import { type Check, fail, failedChecks, ok, warn } from './check.ts'

const oldest = 13

/** Checks the journal; `facts` null: it cannot be reached. It is neither made nor brought up to date. */
export async function checkJournal(url: string): Promise<{ checks: Check[]; facts: JournalFacts | null }> {
  try {
    const facts = await inspectJournal(url)
    return { checks: judgeJournal(facts, describeServer(url)), facts }
  } catch (thrown) {
    return { checks: failedChecks('Journal', thrown), facts: null }
  }
}

/** What is to be said of a journal. */
export function judgeJournal(facts: JournalFacts, where: string): Check[] {
  return [judgeServer(facts, where), judgeRole(facts), judgeSchema(facts)]
}

function judgeServer({ version, versionNumber }: JournalFacts, where: string): Check {
  const message = `PostgreSQL ${version} at ${where}`
  if (versionNumber >= oldest * 10_000) return ok('Journal', message)
  return fail('Journal', `${message} is too old`, `Use PostgreSQL ${oldest} or newer for the journal.`)
}

function judgeRole({ role, refusal }: JournalFacts): Check {
  if (refusal === null) return ok('Journal role', `${role} may write`)
  const remedy =
    'Give it CREATE on the database, and let it own the schema querypool; QUERYPOOL_JOURNAL_URL has to name the primary.'
  return fail('Journal role', `${role}: ${refusal}`, remedy, 3)
}

function judgeSchema({ schemaVersion, programVersion, refusal }: JournalFacts): Check {
  const name = 'Journal schema'
  if (refusal !== null && schemaVersion === 0)
    return warn(name, 'not looked at', 'Let the role of the journal write first.')
  if (schemaVersion === programVersion) return ok(name, `version ${schemaVersion}, as this program's`)
  if (schemaVersion === 0) return ok(name, 'not there yet; the first command makes it')
  if (schemaVersion > programVersion)
    return fail(
      name,
      `version ${schemaVersion}, but this program knows only ${programVersion} [QP_JOURNAL_NEWER]`,
      'Install the newer version here too; a journal cannot be taken back to an older one.',
      3,
    )
  const message = `version ${schemaVersion}; the first command of this program takes it to ${programVersion}`
  return warn(name, message, 'Upgrade the programs on all machines: those of the old version cannot open it any more.')
}
