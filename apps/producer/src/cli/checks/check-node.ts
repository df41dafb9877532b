import { type Check, fail, ok } from './check.ts'
import { isOlder } from './is-older.ts'

const oldest = [20, 19]

/** Checks the version of Node.js, such as `22.4.1`. */
export function checkNode(version: string): Check {
  if (!isOlder(version, oldest)) return ok('Node.js', version)
  return fail('Node.js', `${version} is too old`, `Install Node.js ${oldest.join('.')} or newer.`)
}
