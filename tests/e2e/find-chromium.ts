import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const macPrograms = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The Chromium or Chrome of this machine. Null where there is none, which is said aloud, for tests are left out then. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = [...candidates, ...macPrograms].find((path) => existsSync(path))
  if (found !== undefined) return found
  const missing = 'There is no Chromium or Chrome on PATH'
  process.stderr.write(`\nNOT TESTED: the dashboard in a browser. ${missing}.\n\n`)
  return null
}
