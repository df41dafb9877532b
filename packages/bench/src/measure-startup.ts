import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { thisCheckout } from './candidate.ts'
import type { Installation } from './installation/installation.ts'

/** How long processes take to start, in ms. */
export interface Startup {
  /** `node -e 0`, from its start to its end: what no program in Node.js can do without. */
  readonly nodeMs: number
  /** `querypool --version`, likewise. */
  readonly versionMs: number
  /** `querypool run --detach`, from its start until the run is in the journal, and to its end. */
  readonly submittedMs: number
  readonly detachedMs: number
}

/** Measures once. */
export async function measureStartup(
  { pool, database, env }: Installation,
  folder: string,
  signal: AbortSignal,
): Promise<Startup> {
  const file = join(folder, 'startup.sql')
  await writeFile(file, '-- name: one\nselect 1;\n')
  const node = await timeNode(['-e', '0'], env)
  const version = await timeNode([thisCheckout.program, '--version'], env)
  const beganMs = Date.now()
  const detached = await timeNode(
    [thisCheckout.program, 'run', file, '--database', database, '--detach', '--json'],
    env,
  )
  const { runId } = JSON.parse(detached.stdout) as { runId: string }
  const { createdAt } = await (await pool.run(runId)).completion({ signal })
  return {
    nodeMs: node.wallMs,
    versionMs: version.wallMs,
    submittedMs: createdAt.getTime() - beganMs,
    detachedMs: detached.wallMs,
  }
}

async function timeNode(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ wallMs: number; stdout: string }> {
  const beganMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`)
  return { wallMs: performance.now() - beganMs, stdout }
}
