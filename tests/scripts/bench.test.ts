import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const program = resolve(import.meta.dirname, '../../packages/bench/dist/main.js')

test('every benchmark can be run, in its tiny form', { timeout: 600_000 }, async () => {
  const child = spawn(process.execPath, [program, '--tiny'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  const status = await new Promise((ended) => child.once('close', ended))
  expect(status, output.stderr).toBe(0)
  expect(output.stdout).toMatch(/Six queries that wait/)
  expect(output.stdout).toMatch(/Runs of many queries of nothing/)
  expect(output.stdout).toMatch(/100 queries of nothing, 20 at once/)
  expect(output.stdout).toMatch(/One query on an idle installation/)
  expect(output.stdout).toMatch(/6 queries behind 200 of the same length/)
  expect(output.stdout).toMatch(/second run \/ bound/)
  expect(output.stdout).toMatch(/QueryPool \/ psql|export needs psql/)
})
