import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const program = resolve(import.meta.dirname, '../../packages/chaos/dist/main.js')

// Deadlines of a round are minutes, for the machine may pause; a round takes about 20 s.
test('the chaos suite finds nothing lost, doubled, stuck or left in its first rounds', {
  timeout: 900_000,
}, async () => {
  const { status, output } = await runSuite('--seed', '117', '--rounds', '3')
  expect(status, output).toBe(0)
  expect(output).toContain('3 rounds, ')
})

async function runSuite(...args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGTERM'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const status = await new Promise<number | null>((done) => child.once('close', done))
  return { status, output }
}
