import { open, stat } from 'node:fs/promises'
import { beganMark, doubledMark } from '../stage/target-schema.ts'

/** An execution of a query, as the log of the target's server tells it. */
export interface Execution {
  /** `<key of the batch>/<name of the query>` */
  readonly query: string
  readonly at: Date
  readonly pid: number
  /** Whether another execution of the same query was there at that time. */
  readonly isDoubled: boolean
}

/** A place in the log of a server. */
export interface LogPlace {
  readonly inode: number
  /** In bytes. */
  readonly offset: number
}

/** Where the log ends now. */
export async function endOfLog(log: string): Promise<LogPlace> {
  const { ino, size } = await stat(log)
  return { inode: ino, offset: size }
}

/** The executions that the log tells of behind a place. A server that starts puts a log that has become long aside. */
export async function readExecutions(log: string, { inode, offset }: LogPlace): Promise<Execution[]> {
  const isSame = (await stat(log)).ino === inode
  const text = isSame ? await readFrom(log, offset) : `${await readFrom(`${log}.1`, offset)}\n${await readFrom(log, 0)}`
  return parseExecutions(text)
}

async function readFrom(path: string, offset: number): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset)
    return buffer.toString('utf8')
  } finally {
    await file.close()
  }
}

/** Takes the lines of the server's log apart; each begins with time and process, as `log_line_prefix` says. */
export function parseExecutions(text: string): Execution[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(\S+ \S+) (\S+) \[(\d+)\] LOG: {2}(\S+) (\S+)$/.exec(line)
    const [, time, zone, pid, mark, query] = found ?? []
    if (query === undefined || (mark !== beganMark && mark !== doubledMark)) return []
    return [{ query, at: new Date(`${time} ${zone}`), pid: Number(pid), isDoubled: mark === doubledMark }]
  })
}
