import { parseReference, readSecret } from '@querypool/shared/config'
import { type ClaimedNotification, type Journal, settleDelivered, settleUndelivered } from '@querypool/shared/journal'
import { postWebhook, resendDelayMs, signBody, type WebhookFault } from '@querypool/shared/notify'
import type { Notifying } from './charge.ts'

/** Does one attempt to send a notification, and records in the journal what it came to. */
export async function sendNotification(
  journal: Journal,
  claimed: ClaimedNotification,
  notifying: Notifying,
): Promise<void> {
  const fault = await attempt(claimed, notifying)
  if (fault === null) await settleDelivered(journal, claimed)
  else await settleUndelivered(journal, claimed, fault, resendDelayMs(claimed.attempt, Math.random()))
}

/** @returns what was wrong; null: it was delivered */
async function attempt(
  { id, hook, secret, body }: ClaimedNotification,
  { environment, allowPrivate }: Notifying,
): Promise<WebhookFault | null> {
  const url = await read(hook, 'url', environment)
  if ('fault' in url) return url.fault
  const key = await read(secret, 'secret', environment)
  if ('fault' in key) return key.fault
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'QueryPool',
    'Idempotency-Key': id,
    'QueryPool-Signature': signBody(body, key.value, new Date()),
  }
  return postWebhook({ url: url.value, headers, body, allowPrivate })
}

async function read(
  written: string,
  key: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly value: string } | { readonly fault: WebhookFault }> {
  const reference = parseReference(written)
  if (reference === null) return { fault: { code: 'QP_SECRET_UNREADABLE', message: `"${written}" is no reference.` } }
  return readSecret(reference, `notify.webhook.${key}`, environment)
}
