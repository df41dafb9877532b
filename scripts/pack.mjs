// Makes the packages that are installed from a registry, by `pnpm pack`: `node scripts/pack.mjs [FOLDER]`. Build first.
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(process.argv[2] ?? 'packed')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

mkdirSync(folder, { recursive: true })
for (const member of ['packages/client', 'apps/producer']) {
  const args = ['--yes', packageManager, '--dir', join(root, member), 'pack', '--pack-destination', folder]
  const status = await runProgram('npx', args)
  if (status !== 0) process.exit(status)
}
