import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createService, type Service } from './create-service.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../..')
const { version } = JSON.parse(await readFile(join(root, 'apps/producer/package.json'), 'utf8')) as { version: string }

describe('the packages', { timeout: 900_000 }, () => {
  let service: Service
  let packed: string

  beforeAll(async () => {
    service = await createService()
    await service.startOverseer()
    await service.startWorker('worker-a')
    packed = join(service.folder, 'packed')
    await run(process.execPath, [join(root, 'scripts/pack.mjs'), packed])
  }, 900_000)
  afterAll(() => service?.dispose())

  test('have README, license and manifest, and of the workspace only what they use', async () => {
    for (const name of ['querypool-client', 'querypool']) {
      const { stdout } = await run('tar', ['-tzf', join(packed, `${name}-${version}.tgz`)])
      const files = stdout.trim().split('\n')
      expect(files).toEqual(expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/package.json']))
      expect(files.filter((file) => /\.(?:ts|map|tsbuildinfo)$/.test(file) && !file.endsWith('.d.ts'))).toEqual([])
      expect(files.some((file) => file.includes('/shared/dist/queue/'))).toBe(name === 'querypool')
    }
    expect(await readdir(packed)).toHaveLength(2)
  })

  test('the API is installed alone into an empty project, and runs the example of the README', async () => {
    const project = await installAlone('querypool-client')
    const [example = '', ...others] = await examplesOf('README.md')
    expect(others).toEqual([])
    expect(await examplesOf('packages/client/README.md')).toEqual([example])
    await writeFile(join(project, 'example.mts'), example)
    await writeFile(join(project, 'example.mjs'), example)
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: project, env: environment() })
    const lines = stdout.trim().split('\n')
    expect(lines.slice(0, -1).toSorted()).toEqual(['answer { n: 42 }', 'query_1 { n: 1 }'])
    expect(lines.at(-1)).toBe('succeeded')
    await checkTypes(project)
  })

  test('the command line is installed alone into an empty project, and runs a batch', async () => {
    const project = await installAlone('querypool')
    const querypool = (...args: string[]): Promise<{ stdout: string }> =>
      run(join(project, 'node_modules/.bin/querypool'), args, { cwd: project, env: environment() })
    expect((await querypool('--version')).stdout.trim()).toBe(version)
    const batch = join(project, 'batch.sql')
    await writeFile(batch, '-- name: answer\nselect 42 as answer;\n')
    const privately = await querypool('run', batch, '--database', service.databaseUrl, '--workers', '1', '--json')
    expect(JSON.parse(privately.stdout)).toMatchObject({ state: 'succeeded', queries: [{ name: 'answer', rows: 1 }] })
  })

  /** Installs a package into a project that has nothing else, as `npm install ./x.tgz` does. */
  async function installAlone(name: string): Promise<string> {
    const project = join(service.folder, `project-${name}`)
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{ "private": true }\n')
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--prefix', project]
    await run('npm', ['install', join(packed, `${name}-${version}.tgz`), ...flags], { cwd: project })
    return project
  }

  function environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      REDIS_URL: service.redisUrl,
      QUERYPOOL_JOURNAL_URL: service.journalUrl,
      QUERYPOOL_RESULTS: service.resultsFolder,
      QUERYPOOL_HOME: join(service.folder, 'home'),
    }
  }

  async function checkTypes(project: string): Promise<void> {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
    const types = ['--typeRoots', join(root, 'node_modules/@types')]
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const checked = await run(process.execPath, [compiler, ...options, ...types, 'example.mts'], {
      cwd: project,
    }).catch((error: { stdout: string }) => error)
    expect(checked.stdout).toBe('')
  }
})

/** The programs in a document. */
async function examplesOf(path: string): Promise<string[]> {
  const text = await readFile(join(root, path), 'utf8')
  return [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
}
