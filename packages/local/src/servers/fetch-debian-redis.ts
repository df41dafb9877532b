import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache-folder.ts'
import { fillOnce } from './fill-once.ts'
import type { KeeperPlace } from './keeper-place.ts'
import { isNewEnough, type RedisProgram } from './redis-program.ts'

const run = promisify(execFile)

/**
 * Unpacks Debian's or Ubuntu's package redis-tools, with the libraries that the machine lacks, into a folder of our
 * cache. Nothing is installed: the package redis-server would also start a service on port 6379. In redis-tools
 * redis-check-rdb is the same program as redis-server; it goes by the name it is called by.
 */
export async function fetchDebianRedis(place: KeeperPlace): Promise<RedisProgram> {
  const folder = join(cacheFolder(place.environment), `redis-${await releaseName()}-${process.arch}`)
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 })
  await fillOnce(folder, async (draft) => {
    place.report("Fetching Redis from the distribution's packages (not installed, only unpacked into a cache)")
    await unpackPackages(draft)
    await symlink('redis-check-rdb', join(draft, 'usr', 'bin', 'redis-server'))
    if (!(await isNewEnough(await programIn(draft)))) throw new Error('The redis-tools of this release do not run')
  })
  return await programIn(folder)
}

/** The program in an unpacked folder; its libraries lie in the one folder under usr/lib that is named after the machine. */
async function programIn(folder: string): Promise<RedisProgram> {
  const libraries = join(folder, 'usr', 'lib')
  const machines = await readdir(libraries).catch(() => [])
  const machine = machines.find((name) => name.includes('-linux-'))
  return { path: join(folder, 'usr', 'bin', 'redis-server'), libraries: machine && join(libraries, machine) }
}

async function unpackPackages(draft: string): Promise<void> {
  const work = join(draft, 'work')
  await mkdir(join(work, 'lists', 'partial'), { recursive: true })
  const machineLists: string[] = []
  const ownLists = ['-o', `Dir::State::Lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${work}`]
  try {
    await downloadAndUnpack(draft, work, machineLists)
  } catch {
    // A fresh container has no package lists, others have old ones: fetch lists of our own beside the machine's.
    await run('apt-get', [...ownLists, '-qq', 'update'])
    await downloadAndUnpack(draft, work, ownLists)
  }
  await rm(work, { recursive: true, force: true })
}

async function downloadAndUnpack(draft: string, work: string, aptOptions: readonly string[]): Promise<void> {
  const packages = await missingPackages('redis-tools', aptOptions)
  await run('apt-get', [...aptOptions, '-qq', 'download', ...packages], { cwd: work })
  const archives = (await readdir(work)).filter((name) => name.endsWith('.deb'))
  for (const archive of archives) await run('dpkg', ['-x', join(work, archive), draft])
}

/** The package and all libraries that it depends on, directly or not, and that the machine doesn't have. */
async function missingPackages(wanted: string, aptOptions: readonly string[]): Promise<string[]> {
  const installed = await installedPackages()
  const missing = new Set([wanted])
  for (const name of missing) {
    for (const alternatives of await dependenciesOf(name, aptOptions)) {
      const [first = ''] = alternatives
      const isLibrary = first.startsWith('lib')
      if (isLibrary && !alternatives.some((alternative) => installed.has(alternative))) missing.add(first)
    }
  }
  return [...missing]
}

async function installedPackages(): Promise<Set<string>> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\\n'], {
    maxBuffer: 64_000_000,
  })
  const rows = stdout.split('\n').map((line) => line.split(' '))
  return new Set(rows.flatMap(([status, name]) => (status === 'installed' && name ? [name] : [])))
}

/** What a package depends on: a list of alternatives for each need, names without versions and architectures. */
async function dependenciesOf(name: string, aptOptions: readonly string[]): Promise<string[][]> {
  const { stdout } = await run('apt-cache', [...aptOptions, 'show', '--no-all-versions', name])
  const needs = /^Depends: (.*)$/m.exec(stdout)?.[1]?.split(',') ?? []
  return needs.map((need) => need.split('|').map((alternative) => alternative.trim().split(/[ :(]/)[0] ?? ''))
}

async function releaseName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const field = (name: string) => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1]
  return [field('ID'), field('VERSION_ID')].filter(Boolean).join('-') || 'linux'
}
