import { QueryPool } from '@querypool/client'
import type { StreamNews, StreamOrders } from './measure-stream.ts'
import { statementOf } from './peers/contestant.ts'

// A program that submits queries as it makes them, and reads each result as it comes.
const { count, journalUrl, resultsFolder, database } = JSON.parse(process.argv[2] ?? '') as StreamOrders
const tellEvery = Math.ceil(count / 100)

const pool = new QueryPool({ journalUrl, resultsFolder })
const beganMs = performance.now()
const run = await pool.submit(queries(), { database, batch: `stream_${count}` })
const isRead = new Uint8Array(count)
let read = 0
for await (const result of run.results()) {
  const { position, state } = result
  if (state !== 'succeeded') throw new Error(`Query ${position} has ${state}.`)
  if (isRead[position] !== 0) throw new Error(`The result of query ${position} came twice.`)
  isRead[position] = 1
  for await (const { n } of result.rows()) if (n !== position) throw new Error(`Query ${position} has the result ${n}.`)
  read++
  if (read % tellEvery === 0) tell({ read })
}
const { state } = await run.completion()
if (state !== 'succeeded' || read !== count) throw new Error(`The run has ${state}, with ${read} results of ${count}.`)
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024)
tell({ wallMs: performance.now() - beganMs, peakMb })
await pool.close()
process.disconnect()

async function* queries(): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) yield statementOf(n)
}

function tell(news: StreamNews): void {
  process.send?.(news)
}
