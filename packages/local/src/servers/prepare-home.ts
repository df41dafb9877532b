import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HomeLayout } from './home-layout.ts'
import type { ServerAccount } from './server-account.ts'

/**
 * Makes the folders of a home. They are the owner's alone (0700); where the servers run as another account, that account
 * owns the folder of the data and may pass through the home (its secrets are files of mode 0600).
 */
export async function prepareHome(layout: HomeLayout, account: ServerAccount | undefined): Promise<void> {
  if (!account) {
    await mkdir(layout.home, { recursive: true, mode: 0o700 })
    await mkdir(layout.data, { recursive: true, mode: 0o700 })
    return
  }
  await mkdir(dirname(layout.data), { recursive: true, mode: 0o755 })
  await mkdir(layout.home, { recursive: true, mode: 0o711 })
  await chmod(layout.home, (await stat(layout.home)).mode | 0o111)
  await mkdir(layout.data, { recursive: true, mode: 0o700 })
  await chown(layout.data, account.uid, account.gid)
}
