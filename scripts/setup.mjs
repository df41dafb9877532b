import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runQuietly } from './run-program.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const installMark = join(root, 'node_modules', '.querypool-installed')
const oldestNode = [20, 19]

/**
 * Makes a checkout ready to run: installs packages if the manifests or the lock file have changed since the last time,
 * and builds what has changed. Needs node and npm only. Ends the process with a message if it cannot.
 */
export async function prepare() {
  process.chdir(root)
  checkNode()
  const wanted = manifestsHash()
  if (!existsSync(installMark) || readFileSync(installMark, 'utf8') !== wanted) {
    await step('Installing packages (about a minute the first time)', ['install', '--frozen-lockfile'])
    writeFileSync(installMark, wanted)
  }
  await step('Building', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])
}

/** Runs pnpm in the version that package.json asks for; turbo can only be called through it. */
async function step(title, pnpmArguments) {
  process.stdout.write(`${title}…\n`)
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'))
  const status = await runQuietly('npx', ['--yes', packageManager, ...pnpmArguments], {
    // Without CI, pnpm may ask before it replaces node_modules; with NODE_ENV=production it leaves out what builds.
    CI: 'true',
    NODE_ENV: 'development',
    TURBO_TELEMETRY_DISABLED: '1',
  })
  if (status === 0) return
  process.stderr.write(`\n${title} failed (npx ${packageManager} ${pnpmArguments.join(' ')}, status ${status}).\n`)
  process.exit(status)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  process.stderr.write(`QueryPool needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}

/** A hash of everything that decides what is to be installed. */
function manifestsHash() {
  const members = ['apps', 'packages'].flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name, 'package.json')),
  )
  const files = ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', ...members.filter((file) => existsSync(file))]
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${root}`)
  for (const file of files.toSorted()) hash.update(`\n${file}\n`).update(readFileSync(file))
  return hash.digest('hex')
}
