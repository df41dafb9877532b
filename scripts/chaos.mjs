import { runProgram } from './run-program.mjs'
import { prepare } from './setup.mjs'

await prepare()
process.exitCode = await runProgram(process.execPath, ['packages/chaos/dist/main.js', ...process.argv.slice(2)])
