import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import type { HomeLayout } from './home-layout.ts'
import { isFault } from './is-fault.ts'

/** The passwords of a home's servers: hexadecimal digits, which need no quoting in a URL or a configuration file. */
export interface Passwords {
  readonly postgres: string
  readonly redis: string
}

/** The passwords of a home, made by whoever comes first: a file appears under its name only once and complete. */
export async function readOrMakePasswords(layout: HomeLayout): Promise<Passwords> {
  return (await readPasswords(layout)) ?? (await makePasswords(layout))
}

/** The passwords of a home, if it has any yet. */
export async function readPasswords(layout: HomeLayout): Promise<Passwords | undefined> {
  try {
    return JSON.parse(await readFile(layout.passwords, 'utf8')) as Passwords
  } catch (fault) {
    if (isFault(fault, 'ENOENT')) return undefined
    throw fault
  }
}

async function makePasswords(layout: HomeLayout): Promise<Passwords> {
  const passwords: Passwords = { postgres: randomBytes(24).toString('hex'), redis: randomBytes(24).toString('hex') }
  const draft = `${layout.passwords}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(passwords)}\n`, { mode: 0o600 })
  try {
    await link(draft, layout.passwords)
    return passwords
  } catch (fault) {
    if (!isFault(fault, 'EEXIST')) throw fault
    return JSON.parse(await readFile(layout.passwords, 'utf8')) as Passwords
  } finally {
    await rm(draft, { force: true })
  }
}
