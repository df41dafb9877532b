import { readdir, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'

// How built code names other files: imports at the beginning of a line, calls, and paths beside itself.
const statement =
  /^(?<head>(?:import|export)\b[^'"`;()=]*?\bfrom\s*|import\s+)(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm
const call = /(?<head>\bimport\(\s*|\brequire(?:\.resolve)?\(\s*)(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/g
const besideItself = /new URL\(\s*(['"])(?<path>\.[^'"\n]*)\1\s*,\s*import\.meta\.url\s*\)/g

/**
 * The built files that a member of the workspace uses, wherever in the workspace they are, by their paths in it; what they
 * import of other members is rewritten to the paths of those files. And the packages from outside that they use, with the
 * versions that the members name.
 */
export async function collectFiles(root, member) {
  const members = await readMembers(root)
  const own = members.find(({ folder }) => folder === member)
  const files = new Map()
  const dependencies = {}
  const optionalDependencies = {}
  const waiting = entriesOf(own)
  while (waiting.length > 0) {
    const path = waiting.pop()
    if (files.has(path)) continue
    const owner = members.find(({ folder }) => path.startsWith(`${folder}/`))
    if (owner === undefined) throw new Error(`${path} is in no member of the workspace`)
    const text = (await readFile(join(root, path), 'utf8')).replace(/^\/\/# sourceMappingURL=.*\n?/m, '')
    waiting.push(join(owner.folder, 'package.json'))
    if (path.endsWith('.json')) {
      files.set(path, path === join(owner.folder, 'package.json') ? insideManifest(owner.manifest) : text)
      continue
    }
    for (const { groups } of text.matchAll(besideItself)) waiting.push(join(dirname(path), groups.path))
    const rewrite = (whole, ...rest) => {
      const { head, quote, specifier } = rest.at(-1)
      const found = resolveSpecifier(members, owner, path, specifier)
      if (found.file === undefined) {
        if (found.name !== undefined) Object.assign(found.isOptional ? optionalDependencies : dependencies, found.entry)
        return whole
      }
      waiting.push(found.file)
      return specifier.startsWith('.') ? whole : `${head}${quote}${relativePath(path, found.file)}${quote}`
    }
    files.set(path, text.replaceAll(statement, rewrite).replaceAll(call, rewrite))
  }
  return { files, dependencies: sorted(dependencies), optionalDependencies: sorted(optionalDependencies) }
}

/** Where a member begins: its programs, and what it exports to those who install it, with its types. */
function entriesOf({ folder, manifest }) {
  const { types, default: main } = manifest.exports?.['.'] ?? {}
  return [...Object.values(manifest.bin ?? {}), types, main]
    .filter((path) => path !== undefined)
    .map((path) => join(folder, path))
}

/** The file or the outside package that a specifier means; neither for what node itself has. */
function resolveSpecifier(members, owner, path, specifier) {
  const isTypes = path.endsWith('.d.ts')
  if (specifier.startsWith('.')) {
    const file = join(dirname(path), specifier)
    return { file: isTypes ? file.replace(/(?:\.d)?\.[jt]s$/, '.d.ts') : file }
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return {}
  const [scope, second] = specifier.split('/')
  const name = specifier.startsWith('@') ? `${scope}/${second}` : scope
  const other = members.find(({ manifest }) => manifest.name === name)
  if (other !== undefined) return { file: exportedFile(other, `.${specifier.slice(name.length)}`, isTypes) }
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = owner.manifest
  const version = dependencies[name] ?? optionalDependencies[name]
  // Types of others are for those who develop with them.
  if (version === undefined && isTypes && devDependencies[`@types/${name}`]) return {}
  if (version === undefined) throw new Error(`${path} imports ${name}, which ${owner.folder} does not depend on`)
  return { name, entry: { [name]: version }, isOptional: dependencies[name] === undefined }
}

/** The file that a member exports under a path such as `./journal`. */
function exportedFile({ folder, manifest }, path, isTypes) {
  const exports = manifest.exports ?? {}
  const [pattern, target] =
    Object.entries(exports).find(([key]) => key === path) ??
    Object.entries(exports).find(([key]) => key === './*') ??
    []
  if (pattern === undefined) throw new Error(`${manifest.name} does not export ${path}`)
  const file = typeof target === 'string' ? target : isTypes ? target.types : target.default
  return join(folder, file.replaceAll('*', path.slice(2)))
}

/** Of a manifest inside of a package only this is used: that its files are modules, and the version. */
function insideManifest({ name, version, type }) {
  return `${JSON.stringify({ name, version, private: true, type }, null, 2)}\n`
}

async function readMembers(root) {
  const folders = []
  for (const group of ['apps', 'packages'])
    for (const name of await readdir(join(root, group))) folders.push(join(group, name))
  const members = []
  for (const folder of folders) {
    const text = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => null)
    if (text !== null) members.push({ folder, manifest: JSON.parse(text) })
  }
  return members
}

/** How one file imports another; types are imported by the name of the code that they describe. */
function relativePath(from, to) {
  const path = relative(dirname(from), to).replace(/\.d\.ts$/, '.js')
  return path.startsWith('.') ? path : `./${path}`
}

function sorted(versions) {
  return Object.fromEntries(Object.entries(versions).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
