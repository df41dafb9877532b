import type { ToldEvent, WebhookFault } from '../notify/index.ts'
import { inTransaction } from './in-transaction.ts'
import type { Journal } from './journal.ts'
import { recordEvent } from './record-event.ts'

/** An attempt to send a notification that is ours for a minute. */
export interface ClaimedNotification {
  readonly id: string
  readonly run: string
  readonly event: ToldEvent
  /** Where its URL and its secret are, as `parseReference` takes it. */
  readonly hook: string
  readonly secret: string
  readonly body: string
  /** Which attempt it is, from 1. */
  readonly attempt: number
}

/** A notification as people see it. */
export interface NotificationView {
  readonly id: string
  readonly generation: number
  readonly event: ToldEvent
  readonly hook: string
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly createdAt: Date
  readonly endedAt: Date | null
  /** When it is tried next; null: it is delivered or given up. */
  readonly nextAttemptAt: Date | null
  readonly error: WebhookFault | null
}

// Longer than a request may take: after that its overseer is taken for dead, and another one sends it.
const leaseSeconds = 60
// Those of private runs are sent first by the overseers of these, which have the environment of who started them.
const headStartSeconds = 60

/**
 * Claims an attempt for each of at most so many notifications that are due.
 * @param only of this run; of any when null
 */
export async function claimNotifications(
  journal: Journal,
  only: string | null,
  most: number,
): Promise<ClaimedNotification[]> {
  const { rows } = await journal.pool.query<ClaimedNotification>(
    `UPDATE querypool.notification n SET attempts = attempts + 1,
       next_attempt_at = clock_timestamp() + ${leaseSeconds} * interval '1 second'
     WHERE id IN (
       SELECT d.id FROM querypool.notification d JOIN querypool.run r ON r.id = d.run
       WHERE d.state = 'pending' AND d.next_attempt_at <= clock_timestamp()
         AND CASE WHEN $1::text IS NOT NULL THEN d.run = $1
           ELSE NOT r.private OR d.created_at < clock_timestamp() - ${headStartSeconds} * interval '1 second' END
       ORDER BY d.next_attempt_at LIMIT $2 FOR UPDATE OF d SKIP LOCKED)
     RETURNING id, run, event, hook, secret, body, attempts AS attempt`,
    [only, most],
  )
  return rows
}

/** Records that a notification was delivered, and that as an event of its run. Also by an attempt that was taken for lost. */
export async function settleDelivered(journal: Journal, claimed: ClaimedNotification): Promise<void> {
  const { id, run, event, hook, attempt } = claimed
  await inTransaction(journal.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE querypool.notification SET state = 'delivered', error = NULL, ended_at = clock_timestamp()
       WHERE id = $1 AND state <> 'delivered'`,
      [id],
    )
    const message = `${hook} was told: ${event}${attempt === 1 ? '' : `, in attempt ${attempt}`}.`
    if (rowCount !== 0) await recordEvent({ pool: client }, run, 'QP_NOTIFIED', message)
  })
}

/**
 * Records that an attempt has failed, unless another one has begun since.
 * @param againMs when it is tried again; null: it is given up, which becomes an event of its run
 */
export async function settleUndelivered(
  journal: Journal,
  { id, run, event, hook, attempt }: ClaimedNotification,
  fault: WebhookFault,
  againMs: number | null,
): Promise<void> {
  await inTransaction(journal.pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE querypool.notification SET error = $3, state = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE 'pending' END,
         next_attempt_at = clock_timestamp() + coalesce($4::float8, 0) * interval '1 millisecond',
         ended_at = CASE WHEN $4::float8 IS NULL THEN clock_timestamp() END
       WHERE id = $1 AND attempts = $2 AND state = 'pending'`,
      [id, attempt, JSON.stringify(fault), againMs],
    )
    if (rowCount === 0 || againMs !== null) return
    const message = `${hook} was not told: ${event}. ${attempt} attempts failed, the last one so: ${fault.message} [${fault.code}]`
    await recordEvent({ pool: client }, run, 'QP_NOTIFY_FAILED', message)
  })
}

/** Whether a run has a notification that waits and was tried less often than so. */
export async function hasUntried(journal: Journal, run: string, attempts: number): Promise<boolean> {
  const { rows } = await journal.pool.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM querypool.notification WHERE run = $1 AND state = 'pending' AND attempts < $2) AS found`,
    [run, attempts],
  )
  return rows[0]?.found ?? false
}

/** The notifications of a run, the oldest first. */
export async function readNotifications(journal: Journal, run: string): Promise<NotificationView[]> {
  const { rows } = await journal.pool.query<NotificationView>(
    `SELECT id, generation, event, hook, state, attempts, created_at AS "createdAt", ended_at AS "endedAt",
       CASE WHEN state = 'pending' THEN next_attempt_at END AS "nextAttemptAt", error
     FROM querypool.notification WHERE run = $1 ORDER BY created_at, hook`,
    [run],
  )
  return rows
}
