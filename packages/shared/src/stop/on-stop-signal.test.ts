import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const program = pathToFileURL(`${import.meta.dirname}/../../dist/stop/index.js`).href

test('a program whose parent is gone before it listens stops, too', async () => {
  const script = `
    process.once('disconnect', () => {
      import('${program}').then(({ onStopSignal }) => onStopSignal(() => process.stdout.write('asked', () => process.exit())))
    })
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.disconnect()
  let said = ''
  child.stdout?.on('data', (data: Buffer) => {
    said += data.toString()
  })
  await once(child, 'exit')
  expect(said).toBe('asked')
})
