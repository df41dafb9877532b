import { type Html, html } from './html.ts'

/** A page before it is sent. */
export interface Page {
  readonly title: string
  readonly body: Html
  /** How often the browser loads it anew, in s; null: never. */
  readonly refreshSeconds: number | null
  /** Without the links to the other pages: nobody has been let in yet. */
  readonly isOutside?: true
}

/** The whole document of a page. It has no script, and asks for nothing but its style sheet. */
export function renderPage({ title, body, refreshSeconds, isOutside }: Page, hasLogin: boolean): string {
  const logout = html`<form method="post" action="/logout"><button>Log out</button></form>`
  const links = html`<a href="/runs">Runs</a><a href="/queues">Queues</a>${hasLogin && logout}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshSeconds !== null && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title} · QueryPool</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><strong>QueryPool</strong><nav>${!isOutside && links}</nav></header>
<main>
${body}
</main>
</body>
</html>
`.text
}
