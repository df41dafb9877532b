import { formatReference } from '../config/secret-reference.ts'
import type { NotifyDefinition, NotifyEvent } from './definition.ts'

/** Who is told of what becomes of a run, as the journal keeps it with the run: references to secrets, never secrets. */
export interface Hook {
  /** Where the URL is, `env:NAME` or `file:/path`. It tells the hooks of a batch apart. */
  readonly url: string
  readonly secret: string
  readonly on: readonly NotifyEvent[]
  readonly deadlineMs: number | null
}

/** The hooks of a batch, as they are kept with each of its runs. */
export function hooksOf(definitions: readonly NotifyDefinition[]): Hook[] {
  return definitions.map(({ on, deadlineMs, webhook }) => ({
    url: formatReference(webhook.url),
    secret: formatReference(webhook.secret),
    on,
    deadlineMs,
  }))
}
