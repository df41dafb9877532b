import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { repositoryFolder } from '@querypool/demo/repository-folder'
import type { BenchSetting } from './benchmark.ts'
import { watchPeaks } from './watch-peaks.ts'
import { watchRedis } from './watch-redis.ts'

/** What a run of many queries of nothing took. Memory in MB; null where the system does not tell. */
export interface MillionMeasure {
  readonly count: number
  readonly state: string
  readonly startupMs: number
  readonly wallMs: number
  /** Of the command itself, from reading the batch to printing its document. */
  readonly clientMb: number | null
  readonly overseerMb: number | null
  readonly redisMb: number
  /** The longest answer to a PING, and how late whoever asked was woken, at the most, without any Redis. */
  readonly longestPingMs: number
  readonly latestWakeMs: number
  /** The command that took Redis itself longest. */
  readonly slowestCommandMs: number
  readonly slowestCommand: string
}

const program = join(repositoryFolder, 'apps', 'producer', 'dist', 'main.js')
const workers = 4
const queriesPerBlock = 1000
// What stands before the queries in the document fits into that.
const headLength = 400

/** Runs so many queries, which come from standard input, and watches its processes and Redis. */
export async function measureMillion(
  count: number,
  { home, databaseUrl, redisUrl, signal }: BenchSetting & { readonly redisUrl: string },
): Promise<MillionMeasure> {
  const redis = await watchRedis(redisUrl)
  const args = [
    'run',
    '-',
    '--batch',
    `million_${count}`,
    '--database',
    databaseUrl,
    '--workers',
    String(workers),
    '--json',
  ]
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, QUERYPOOL_HOME: home },
    signal,
  })
  const peaks = watchPeaks(child.pid ?? 0, 'private-overseer')
  try {
    const [head] = await Promise.all([
      readHead(child),
      pipeline(Readable.from(batchText(count)), child.stdin as NonNullable<typeof child.stdin>),
    ])
    return { count, ...head, ...peaks.read(), ...(await redis.read()) }
  } finally {
    peaks.stop()
    redis.stop()
  }
}

function* batchText(count: number): Generator<string> {
  for (let from = 0; from < count; from += queriesPerBlock)
    yield Array.from(
      { length: Math.min(queriesPerBlock, count - from) },
      (_, n) => `-- name: q${from + n}\nselect ${from + n} as n;\n`,
    ).join('')
}

/** Reads a document to its end and keeps its beginning. @throws Error when the command fails */
async function readHead(child: ChildProcess): Promise<Pick<MillionMeasure, 'state' | 'startupMs' | 'wallMs'>> {
  const ended = once(child, 'close')
  let head = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (head.length < headLength) head += text
  })
  const [status] = await ended
  if (status !== 0) throw new Error(`querypool run ended with exit status ${status}: ${head.slice(0, headLength)}`)
  const numberOf = (name: string): number => Number(new RegExp(`"${name}": (\\d+)`).exec(head)?.[1])
  return {
    state: /"state": "(\w+)"/.exec(head)?.[1] ?? '?',
    startupMs: numberOf('startupMs'),
    wallMs: numberOf('wallMs'),
  }
}
