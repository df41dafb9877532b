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

/** How long the log is now, in bytes. */
export async function logLength(log: string): Promise<number> {
  return (await stat(log)).size
}

/** The executions that the log tells of behind an offset. */
export async function readExecutions(log: string, offset: number): Promise<Execution[]> {
  const file = await open(log)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset)
    return parseExecutions(buffer.toString('utf8'))
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
