import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeMachine } from './options.ts'

/** Writes the figures of a benchmark, with the machine that they are of, into a folder that is made when it isn't there. */
export async function writeJson(folder: string, name: string, figures: object): Promise<void> {
  await mkdir(folder, { recursive: true })
  const document = { benchmark: name, machine: describeMachine(), at: new Date().toISOString(), ...figures }
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`)
}
