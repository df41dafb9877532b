import { createRequire } from 'node:module'

type PgQuery = typeof import('libpg-query')

const require = createRequire(import.meta.url)

let instance: Promise<PgQuery> | null = null

/** PostgreSQL's parser, compiled to WebAssembly, ready for synchronous calls. */
export function parserInstance(): Promise<PgQuery> {
  instance ??= loadParser()
  return instance
}

/**
 * Makes the next call load a new parser. When a call ends by a JavaScript exception from inside (the stack is used up by an
 * expression of 10,000 terms), WebAssembly's own stack pointer stays where it was; after some thirty of these every call fails.
 */
export function replaceParser(): void {
  instance = null
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]libpg-query[\\/]/.test(path)) delete require.cache[path]
  }
}

async function loadParser(): Promise<PgQuery> {
  const parser = require('libpg-query') as PgQuery
  await parser.loadModule()
  return parser
}
