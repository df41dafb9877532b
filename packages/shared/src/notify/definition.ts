import type { SecretReference } from '../config/secret-reference.ts'

/** How a run can end, or the first good end after a bad one, as something to be told. */
export type NotifyEvent = 'success' | 'failure' | 'partial' | 'recovery'

/** What a notification can be about. */
export type ToldEvent = NotifyEvent | 'missed-deadline'

/** Who is told of what becomes of the runs of a batch: one entry of what its file says under `notify`. */
export interface NotifyDefinition {
  readonly on: readonly NotifyEvent[]
  /** It is also told when a run has not ended so long after its slot, or without one after it was submitted, in ms; null: it isn't. */
  readonly deadlineMs: number | null
  /** Where a signed request goes. Both are references: the URL of a webhook is a secret, too. */
  readonly webhook: { readonly url: SecretReference; readonly secret: SecretReference }
}
