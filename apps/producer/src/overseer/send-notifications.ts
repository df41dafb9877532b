import { setTimeout as wait } from 'node:timers/promises'
import { claimNotifications, hasUntried, notifyOfDeadline } from '@querypool/shared/journal'
import type { Charges } from './charge.ts'
import { type Repeated, repeat } from './repeat.ts'
import { sendNotification } from './send-notification.ts'

const lookMs = 1000
const retryMs = 200
// One that does not answer holds up the others only when there are as many of its kind.
const mostAtOnce = 8
/** How often the overseer of a private run tries to send a notification before it leaves it to others. */
export const privateAttempts = 3

/** Gives what notices missed deadlines, and sends notifications that are due, some at once. */
export function notificationSender(charges: Charges, onTrouble: (error: Error) => void): Repeated {
  const sending = new Set<Promise<void>>()
  let isStopped = false
  const repeated = repeat(
    lookMs,
    async () => {
      while (!isStopped && (await notifyOfDeadline(charges.journal, charges.privateRun))) {}
      for (const sent of await startDue(charges, mostAtOnce - sending.size)) {
        const ended = sent.catch(onTrouble).finally(() => {
          sending.delete(ended)
          if (!isStopped) repeated.now()
        })
        sending.add(ended)
      }
    },
    onTrouble,
  )
  return {
    now: repeated.now,
    stop: async () => {
      isStopped = true
      await repeated.stop()
      await Promise.all(sending)
    },
  }
}

/**
 * Sends the notifications of a private run that is over, whose overseer ends then: returns when each is delivered or was tried
 * a few times, however long the journal is away.
 */
export async function sendAllOf(charges: Charges, run: string, onTrouble: (error: Error) => void): Promise<void> {
  for (;;) {
    try {
      if (!(await hasUntried(charges.journal, run, privateAttempts))) return
      await Promise.all(await startDue(charges, mostAtOnce))
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)))
    }
    await wait(retryMs)
  }
}

async function startDue({ journal, privateRun, notifying }: Charges, most: number): Promise<Promise<void>[]> {
  if (most <= 0) return []
  const claimed = await claimNotifications(journal, privateRun, most)
  return claimed.map((one) => sendNotification(journal, one, notifying))
}
