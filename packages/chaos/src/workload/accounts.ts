import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import { role } from '../stage/target-schema.ts'

const accounts = 20
const amountOfEach = 1000
const transferEveryMs = 20

/** What all accounts have together, whenever one looks. */
export const totalAmount = accounts * amountOfEach

/** Makes the accounts in the target database. */
export async function openAccounts({ target }: Stage): Promise<void> {
  await target.query(`
    CREATE TABLE chaos.account (id int PRIMARY KEY, amount int NOT NULL, transfers int NOT NULL DEFAULT 0);
    INSERT INTO chaos.account (id, amount) SELECT id, ${amountOfEach} FROM generate_series(1, ${accounts}) AS id;
    GRANT SELECT ON chaos.account TO ${role};`)
}

/** Moves amounts between accounts, some dozen times a second, until the signal. While the server is away, nothing is moved. */
export async function moveAmounts({ target }: Stage, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    await target.query(transfer((n % accounts) + 1, ((n + 7) % accounts) + 1, (n % 5) + 1)).catch(() => {})
    await wait(transferEveryMs, undefined, { signal }).catch(() => {})
  }
}

// Two statements that are sent at once are one transaction.
function transfer(from: number, to: number, amount: number): string {
  return `UPDATE chaos.account SET amount = amount - ${amount}, transfers = transfers + 1 WHERE id = ${from};
    UPDATE chaos.account SET amount = amount + ${amount} WHERE id = ${to}`
}
