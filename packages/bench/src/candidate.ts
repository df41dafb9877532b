import { join } from 'node:path'
import { repositoryFolder } from '@querypool/demo/repository-folder'

/** A built checkout that is measured. */
export interface Candidate {
  readonly name: string
  /** The program of its command line. */
  readonly program: string
}

/** The checkout that this program belongs to. */
export const thisCheckout = candidateIn('this', repositoryFolder)

/** The built checkout in a folder. */
export function candidateIn(name: string, folder: string): Candidate {
  return { name, program: join(folder, 'apps', 'producer', 'dist', 'main.js') }
}
