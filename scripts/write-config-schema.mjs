// Writes docs/querypool.schema.json anew from the schema of the configuration: `node scripts/write-config-schema.mjs`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join('docs', 'querypool.schema.json')

process.chdir(root)
const status = await runProgram(process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'packages/shared/tsconfig.json',
])
if (status === 0) {
  const { configJsonSchema } = await import(new URL('../packages/shared/dist/config/index.js', import.meta.url).href)
  writeFileSync(page, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  process.exitCode = await runProgram(process.execPath, [
    'node_modules/@biomejs/biome/bin/biome',
    'format',
    '--write',
    page,
  ])
} else process.exitCode = status
