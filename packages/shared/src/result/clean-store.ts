import type { ResultStore } from './result-store.ts'

const runFolder = /^r[0-9a-hjkmnp-tv-z]{12}$/
const installationsFolder = '.installations'

/** Says in the store that an installation puts results there. */
export async function noteInstallation(store: ResultStore, installation: string): Promise<void> {
  await store.putText(`${installationsFolder}/${installation}`, '')
}

/** Whether no other installation puts results into the store, as far as it says. */
export async function isStoreOf(store: ResultStore, installation: string): Promise<boolean> {
  const noted: string[] = []
  for await (const name of store.list(installationsFolder)) noted.push(name)
  return noted.length === 1 && noted[0] === installation
}

/** The ids of the runs that have a folder in the store, and of those whose removal was not completed. */
export async function* listRunFolders(store: ResultStore): AsyncGenerator<string> {
  for await (const name of store.list('')) if (runFolder.test(name)) yield name
}
