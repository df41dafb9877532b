/** The style sheet of our own pages, light and dark. Fonts are those of the system. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --text: #1c2430; --quiet: #5a6677; --line: #dde2e9; --link: #1f5fbf;
  --good: #17703a; --bad: #b3261e; --warn: #8a5300; --busy: #0b6a8f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --card: #1a2028; --text: #e4e9f0; --quiet: #9aa7b8; --line: #2e3742; --link: #7db0ff;
    --good: #6fd08c; --bad: #ff8f86; --warn: #eab560; --busy: #6cc4e8;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header { display: flex; gap: 2rem; align-items: center; padding: 0 1.5rem; min-height: 3.4rem; background: var(--card);
  border-bottom: 1px solid var(--line); }
header nav { display: flex; gap: 1.2rem; align-items: center; flex: 1; }
header form { margin-left: auto; }
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; display: flex; gap: .8rem; align-items: center; flex-wrap: wrap; }
h2 { font-size: 1.05rem; margin: 2rem 0 .7rem; }
.mono, code { font-family: ui-monospace, monospace; font-size: .9em; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .45rem .8rem; text-align: left; vertical-align: top; white-space: nowrap; }
th { color: var(--quiet); font-weight: 500; font-size: .85rem; }
tr + tr td, thead + tbody tr:first-child td { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.error { white-space: normal; min-width: 18rem; overflow-wrap: anywhere; }
td.name { white-space: normal; min-width: 9rem; overflow-wrap: anywhere; }
td code { color: var(--quiet); }
.state { font-size: .85rem; font-weight: 600; color: var(--quiet); }
h1 .state { font-size: .9rem; border: 1px solid currentColor; border-radius: 99px; padding: 0 .6rem; }
.succeeded { color: var(--good); } .failed { color: var(--bad); } .running { color: var(--busy); }
.partial, .cancelled { color: var(--warn); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .8rem 1.5rem; margin: 0;
  padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.filters { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: .7rem; }
.filters a { border: 1px solid var(--line); border-radius: 99px; padding: .1rem .8rem; background: var(--card); }
.filters a[aria-current] { border-color: var(--link); }
.pages { display: flex; gap: 1.2rem; margin-top: .8rem; }
.notice { border: 1px solid var(--bad); color: var(--bad); border-radius: 8px; padding: .6rem 1rem; }
.hint, .empty { color: var(--quiet); font-size: .9rem; }
button { font: inherit; color: var(--text); background: none; border: 1px solid var(--line); border-radius: 6px;
  padding: .25rem .8rem; cursor: pointer; }
button.primary { background: var(--link); color: var(--card); border-color: var(--link); padding: .45rem; }
.login { max-width: 22rem; margin: 12vh auto 0; display: grid; gap: .6rem; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 8px; }
.login h1, .login p { margin: 0; }
.login input { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--back); color: var(--text); }
`
