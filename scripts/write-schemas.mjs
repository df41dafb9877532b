// Writes docs/querypool.schema.json and docs/batch.schema.json anew, from the shapes of the configuration and of batch
// files in YAML: `node scripts/write-schemas.mjs`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from './run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = {
  configJsonSchema: join('docs', 'querypool.schema.json'),
  batchJsonSchema: join('docs', 'batch.schema.json'),
}

process.chdir(root)
let status = await runProgram(process.execPath, [
  'node_modules/typescript/bin/tsc',
  '-p',
  'packages/shared/tsconfig.json',
])
if (status === 0) {
  const built = new URL('../packages/shared/dist/', import.meta.url)
  const { configJsonSchema } = await import(new URL('config/index.js', built).href)
  const { batchJsonSchema } = await import(new URL('batch/index.js', built).href)
  writeFileSync(pages.configJsonSchema, `${JSON.stringify(configJsonSchema(), null, 2)}\n`)
  writeFileSync(pages.batchJsonSchema, `${JSON.stringify(batchJsonSchema(), null, 2)}\n`)
  status = await runProgram(process.execPath, [
    'node_modules/@biomejs/biome/bin/biome',
    'format',
    '--write',
    ...Object.values(pages),
  ])
}
process.exitCode = status
