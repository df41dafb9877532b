// Makes the packages that are installed from a registry: `node scripts/pack.mjs [FOLDER]`. Build first.
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packPackage } from './pack-package.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = resolve(process.argv[2] ?? 'packed')

mkdirSync(folder, { recursive: true })
for (const member of ['packages/client', 'apps/producer']) {
  process.stdout.write(`${await packPackage(root, member, folder)}\n`)
}
