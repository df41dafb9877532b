import type { QueryState, RunState } from '@querypool/shared/run'
import { type Html, html } from './html.ts'

/** A state in its colour. */
export function stateMark(state: RunState | QueryState): Html {
  return html`<span class="state ${state}">${state}</span>`
}

/** An instant for people, in UTC, to the second. */
export function instant(at: Date): Html {
  const iso = at.toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
