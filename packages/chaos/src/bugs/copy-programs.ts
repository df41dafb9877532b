import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Bug } from './bugs.ts'

/** The packages whose built code the programs of an installation are made of. */
const members = ['apps/producer', 'apps/worker', 'apps/dashboard', 'packages/local', 'packages/shared']

/**
 * Copies the built programs of a checkout into a folder and puts a bug into them. Packages of others are those of the
 * checkout; links between our own packages are relative, so they lead to the copies.
 * @throws Error when a text of the bug is not there exactly once: then the code has changed, and the bug has to follow
 */
export async function copyWithBug(checkout: string, folder: string, bug: Bug): Promise<void> {
  await mkdir(folder, { recursive: true })
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  for (const member of members)
    await cp(join(checkout, member), join(folder, member), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !['src', '.turbo'].includes(basename(path)),
    })
  const file = join(folder, bug.file)
  let code = await readFile(file, 'utf8')
  for (const { text, instead } of bug.changes) {
    const parts = code.split(text)
    if (parts.length !== 2) throw new Error(`${bug.file} has ${parts.length - 1} times: ${text}`)
    code = parts.join(instead)
  }
  await writeFile(file, code)
}
