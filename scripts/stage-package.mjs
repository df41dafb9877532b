import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { collectFiles } from './collect-files.mjs'

// Run by `prepack` in a member of the workspace, before `pnpm pack` packs the folder that `publishConfig` names.
const root = fileURLToPath(new URL('..', import.meta.url))
await stagePackage(root, relative(root, process.cwd()))

/**
 * Puts together what is packed of a member of the workspace, in its folder `package`, so that it can be installed alone:
 * the files of other members that it uses are inside, each member in its folder as in the workspace, and the packages of
 * others that all of these use are its dependencies.
 *
 * @param {string} root the workspace
 * @param {string} member its folder, as `packages/client`; it is to be built
 */
async function stagePackage(root, member) {
  const manifest = JSON.parse(await readFile(join(root, member, 'package.json'), 'utf8'))
  const { files, dependencies, optionalDependencies } = await collectFiles(root, member)
  const stage = join(root, member, manifest.publishConfig.directory)
  await rm(stage, { recursive: true, force: true })
  for (const [path, text] of files) {
    await mkdir(dirname(join(stage, path)), { recursive: true })
    await writeFile(join(stage, path), text)
  }
  for (const [name, from] of [
    ['README.md', join(root, member, 'README.md')],
    ['LICENSE', join(root, 'LICENSE')],
  ])
    await cp(from, join(stage, name))
  const inside = (path) => `./${join(member, relative('.', path))}`
  const { name, version, description, license, type, engines, keywords, bin, exports } = manifest
  const published = {
    ...{ name, version, description, keywords, license, type, engines },
    ...(bin && { bin: mapPaths(bin, inside) }),
    // What a workspace member offers to others in it is no API.
    ...(exports?.['.'] && { exports: mapPaths({ '.': exports['.'] }, inside) }),
    files: [...new Set([...files.keys()].map((path) => path.split('/').slice(0, 2).join('/')))],
    dependencies,
    ...(Object.keys(optionalDependencies).length > 0 && { optionalDependencies }),
  }
  await writeFile(join(stage, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
}

/** The same object with every path in it changed. */
function mapPaths(value, change) {
  if (typeof value === 'string') return change(value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapPaths(inner, change)]))
}
