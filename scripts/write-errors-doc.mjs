// Writes docs/errors.md anew from the catalogue of errors: `node scripts/write-errors-doc.mjs`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const intro = `# Errors

<!-- Written by scripts/write-errors-doc.mjs from packages/shared/src/errors. Change the catalogue, not this file. -->

Each error has a code. Where one is printed, the message says what happened here, and the line after it what to do. This
page has the same in general words, by code. \`querypool status RUN\` also shows some codes that are notes, not failures:
a retry, a repair.

The exit status is that of a command that ends because of this error: 1 the run ended with failures (or the command could
not do what it was asked) · 2 wrong usage or definition, nothing was enqueued · 3 a service that it needs cannot be
reached or used · 4 cancelled. A code that only stands in a run's report does not end a command by itself.
`

process.chdir(root)
const status = await runProgram(process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'packages/shared/tsconfig.json',
])
if (status === 0) {
  const { catalogue } = await import(new URL('../packages/shared/dist/errors/index.js', import.meta.url).href)
  writeFileSync(join('docs', 'errors.md'), errorsPage(catalogue))
} else process.exitCode = status

/** The page as Markdown: a section for each code, in alphabetical order. tests/docs/errors-doc.test.ts reads it back. */
function errorsPage(catalogue) {
  const sections = Object.entries(catalogue)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, { means, remedy, exitStatus }]) =>
        `## ${code}\n- **Means:** ${means}\n- **Remedy:** ${remedy}\n- **Exit status:** ${exitStatus}\n`,
    )
  return [intro, ...sections].join('\n')
}
