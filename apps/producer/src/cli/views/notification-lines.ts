import type { NotificationView } from '@querypool/shared/journal'

/** Who was told of a run, or is still to be told, for people. */
export function notificationLines(notifications: readonly NotificationView[]): string[] {
  if (notifications.length === 0) return []
  return ['Notifications:', ...notifications.flatMap(linesOf), '']
}

function linesOf({ event, hook, state, attempts, endedAt, nextAttemptAt, error }: NotificationView): string[] {
  const tried = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  const next = nextAttemptAt === null ? '' : `, next at ${nextAttemptAt.toISOString()}`
  const when = endedAt === null ? '' : ` at ${endedAt.toISOString()}`
  const head = `  ${event} to ${hook}: ${state}${when}, ${tried}${next}`
  return error === null ? [head] : [head, `    ${error.message} [${error.code}]`]
}
