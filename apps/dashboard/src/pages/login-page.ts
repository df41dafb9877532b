import { html } from './html.ts'
import type { Page } from './page.ts'

/** The form that asks for the token. `next`: the path to go to then. */
export function loginPage({ next, failed }: { next: string; failed: boolean }): Page {
  return {
    title: 'Log in',
    refreshSeconds: null,
    isOutside: true,
    body: html`<form class="login" method="post" action="/login">
<h1>Log in</h1>
${failed && html`<p class="notice" role="alert">That is not the token of this dashboard.</p>`}
<label for="token">Token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password">
<input type="hidden" name="next" value="${next}">
<button class="primary">Log in</button>
<p class="hint">It is what <code>QUERYPOOL_DASHBOARD_TOKEN</code> says where the dashboard runs.</p>
</form>`,
  }
}
