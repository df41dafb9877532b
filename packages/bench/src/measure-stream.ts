import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { BenchSetting } from './benchmark.ts'
import { thisCheckout } from './candidate.ts'
import { openInstallation } from './installation/installation.ts'
import { peakMbOf } from './peak-memory.ts'
import { withUndo } from './undo.ts'
import { watchRedis } from './watch-redis.ts'

/** What the program is told. */
export interface StreamOrders {
  readonly count: number
  readonly journalUrl: string
  readonly resultsFolder: string
  readonly database: string
}

/** What the program tells: how many results it has read, and at the end how long all took and its peak of memory, in MB. */
export type StreamNews = { readonly read: number } | { readonly wallMs: number; readonly peakMb: number }

/** What a run took whose overseer and one worker were killed in the middle. Memory in MB; null where the system does not tell. */
export interface StreamMeasure {
  readonly count: number
  /** From before the submission until all results are read. */
  readonly wallMs: number
  readonly clientMb: number
  /** Of the first overseer or the second. */
  readonly overseerMb: number | null
  readonly redisMb: number
  readonly longestPingMs: number
}

const atOnce = [4, 4]
const lookMs = 100

/** Has a program submit so many queries, and kills (SIGKILL) the overseer when it has read a third of the results, and a worker after two. */
export async function measureStream(count: number, setting: BenchSetting): Promise<StreamMeasure> {
  return withUndo(async (undo) => {
    const { overseer, workers, database, resultsFolder } = await openInstallation(setting, thisCheckout, atOnce, undo)
    const redis = await watchRedis(setting.redisUrl)
    undo.push(async () => redis.stop())
    let overseerMb: number | null = null
    const looking = setInterval(() => {
      overseerMb = Math.max(overseerMb ?? 0, peakMbOf(overseer.pid) ?? 0) || null
    }, lookMs)
    undo.push(async () => clearInterval(looking))
    const blows = [() => overseer.replace(), () => workers[0]?.replace()]
    const struck: (Promise<void> | undefined)[] = []
    const { wallMs, peakMb } = await runProgram(
      { count, journalUrl: setting.journalUrl, resultsFolder, database },
      (read) => {
        const blow = blows[struck.length]
        if (blow !== undefined && read * (blows.length + 1) >= count * (struck.length + 1)) struck.push(blow())
      },
      setting.signal,
    )
    await Promise.all(struck)
    const { redisMb, longestPingMs } = await redis.read()
    return { count, wallMs, clientMb: peakMb, overseerMb, redisMb, longestPingMs }
  })
}

async function runProgram(
  orders: StreamOrders,
  onRead: (read: number) => void,
  signal: AbortSignal,
): Promise<{ readonly wallMs: number; readonly peakMb: number }> {
  const child = fork(fileURLToPath(new URL('stream-main.js', import.meta.url)), [JSON.stringify(orders)], { signal })
  const ended = once(child, 'exit')
  let end: { readonly wallMs: number; readonly peakMb: number } | undefined
  child.on('message', (news: StreamNews) => {
    if ('read' in news) onRead(news.read)
    else end = news
  })
  const [status] = await ended
  if (status !== 0 || end === undefined) throw new Error(`The program that submits ended with ${status}.`)
  return end
}
