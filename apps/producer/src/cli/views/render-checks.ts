import pc from 'picocolors'
import type { Check } from '../checks/check.ts'

const paint = { ok: pc.green, warn: pc.yellow, fail: pc.red }

/** What `doctor` found out, as people read it: a line each, what to do below it, and a summary. */
export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const lines = checks.flatMap(({ name, verdict, message, remedy }) => [
    `${paint[verdict](verdict.padEnd(4))}  ${name.padEnd(width)}  ${oneLine(message)}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(width + 8)}→ ${remedy}`]),
  ])
  return `${lines.join('\n')}\n\n${summaryOf(checks)}`
}

function summaryOf(checks: readonly Check[]): string {
  const warnings = checks.filter(({ verdict }) => verdict === 'warn').length
  const failures = checks.filter(({ verdict }) => verdict === 'fail').length
  if (warnings + failures === 0) return 'All is well.'
  const parts = [counted(failures, 'failure'), counted(warnings, 'warning')]
  return `${parts.filter((part) => part !== '').join(', ')}.`
}

function counted(count: number, what: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}

/** Servers may say more than a line. */
function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ')
}
