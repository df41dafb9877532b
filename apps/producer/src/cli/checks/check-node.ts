import type { Check } from './check.ts'

const oldest = [20, 19] as const

/** Checks the version of Node.js, such as `22.4.1`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))
    return { name: 'Node.js', verdict: 'ok', message: version }
  const needed = oldest.join('.')
  const message = `${version} is too old`
  return { name: 'Node.js', verdict: 'fail', message, remedy: `Install Node.js ${needed} or newer.`, exitStatus: 1 }
}
