import { resolve } from 'node:path'

/** The root of the checkout that this demo belongs to. */
export const repositoryFolder = resolve(import.meta.dirname, '..', '..', '..')
