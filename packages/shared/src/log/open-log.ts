import { type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** How a program logs, as its environment says. */
export interface LogSettings {
  /** QUERYPOOL_LOG_LEVEL: debug, info, warn or error; info if not set. */
  readonly level: string
  /** QUERYPOOL_LOG_FORMAT: `json`, a line of JSON each, or `text` for people, which is the default on a terminal. */
  readonly format: 'json' | 'text'
}

const levels = ['debug', 'info', 'warn', 'error']

/** Reads the log settings. What isn't one of the values counts as not set. */
export function readLogSettings(environment: NodeJS.ProcessEnv, isTerminal: boolean): LogSettings {
  const level = environment.QUERYPOOL_LOG_LEVEL ?? ''
  const format = environment.QUERYPOOL_LOG_FORMAT
  return {
    level: levels.includes(level) ? level : 'info',
    format: format === 'json' || format === 'text' ? format : isTerminal ? 'text' : 'json',
  }
}

/** Opens the log of a program, on standard error. `name` says which program it is. */
export function openLog(name: string, { level, format }: LogSettings): Logger {
  const options = { name, level, base: { pid: process.pid } }
  if (format === 'json') return pino(options, pino.destination({ dest: 2, sync: true }))
  const stream = pretty({
    destination: 2,
    sync: true,
    ignore: 'pid,name',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
  return pino(options, stream)
}

const repeatedMs = 30_000

/**
 * Logs trouble that may come again and again, such as a server that is away: the same message once in half a minute, with
 * how often it came meanwhile.
 */
export function troubleLog(log: Logger): (error: Error & { code?: string }) => void {
  const seen = new Map<string, { at: number; left: number }>()
  return (error) => {
    const text = error.message || error.name
    const known = seen.get(text)
    if (known && Date.now() - known.at < repeatedMs) {
      known.left++
      return
    }
    if (seen.size > 1000) seen.clear()
    seen.set(text, { at: Date.now(), left: 0 })
    log.warn({ ...(error.code ? { code: error.code } : {}), ...(known?.left ? { times: known.left + 1 } : {}) }, text)
  }
}
