import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTestFolder } from './in-test-folder.mjs'
import { runProgram } from './run-program.mjs'
import { prepare } from './setup.mjs'

const staticChecks = [
  { title: 'Format and lint', program: '@biomejs/biome/bin/biome', args: ['check'] },
  { title: 'Types of the tests', program: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'tsconfig.tests.json'] },
  { title: 'Unused code and packages', program: 'knip/bin/knip.js', args: [] },
]

await prepare()
const checked = await runStaticChecks()
const tested = checked.status === 0 ? await runTests() : checked
process.stdout.write(`${tested.passed} passed, ${tested.failed} failed\n`)
process.exitCode = tested.status

/** Runs the checks that need no servers, up to the first that fails; that one counts as a failed test. */
async function runStaticChecks() {
  for (const { title, program, args } of staticChecks) {
    process.stdout.write(`${title}…\n`)
    const status = await runTool(program, args)
    if (status !== 0) return { status, passed: 0, failed: 1 }
  }
  return { status: 0, passed: 0, failed: 0 }
}

/** Runs all tests (or those that the arguments name), with vitest's own report and one more for the counts. */
async function runTests() {
  return await inTestFolder(async (folder) => {
    const report = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const args = ['run', ...reporters, ...process.argv.slice(2)]
    const status = await runTool('vitest/vitest.mjs', args, { TMPDIR: folder })
    return { status, ...countsOf(report, status) }
  })
}

/** Programs of packages are run by node itself: a chain of npx and pnpm would not pass signals on. */
async function runTool(program, args, variables = {}) {
  return await runProgram(process.execPath, [join('node_modules', program), ...args], variables)
}

/** A run that failed without a failed test (a file that cannot be loaded, an error outside of tests) counts as one. */
function countsOf(report, status) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: Math.max(numFailedTests, status === 0 ? 0 : 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
