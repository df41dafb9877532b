import type { Installation } from './installation.ts'

/** One thing that `doctor --json` has looked at. */
export interface Check {
  readonly name: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly message: string
  readonly remedy?: string
}

/** Calls `doctor` and gives its exit status and what it has found, by name. */
export async function callDoctor(
  installation: Pick<Installation, 'querypool'>,
  env: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<{ status: number | null; found: Map<string, Check>; stdout: string }> {
  const { status, stdout, stderr } = await installation.querypool(['doctor', '--json', ...args], { env })
  if (!stdout.startsWith('{')) throw new Error(`no JSON: ${stdout}${stderr}`)
  const { checks } = JSON.parse(stdout) as { checks: Check[] }
  return { status, stdout, found: new Map(checks.map((check) => [check.name, check])) }
}
