import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const debianFolder = '/usr/lib/postgresql'

/**
 * The program psql: where Debian's packages put it, the latest version first, else on PATH. Debian's own psql on PATH is a
 * script that looks for it first. Null when there is none.
 */
export function findPsql(): string | null {
  const folders = [...debianFolders(), ...(process.env.PATH ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'psql')).find(isProgram) ?? null
}

function debianFolders(): string[] {
  try {
    const versions = readdirSync(debianFolder).toSorted((one, other) => Number(other) - Number(one))
    return versions.map((version) => join(debianFolder, version, 'bin'))
  } catch {
    return []
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
