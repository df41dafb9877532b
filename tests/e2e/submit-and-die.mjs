// Submits queries from an iterable that never ends, and says the run's id when the first ones are in the journal. To be
// killed by a test: node submit-and-die.mjs <database>
import { QueryPool } from '../../packages/client/dist/index.js'

async function* queries() {
  for (let n = 0; n < 3; n++) yield `select ${n} as n`
  await new Promise(() => {})
}

const pool = new QueryPool()
const run = await pool.submit(queries(), { database: process.argv[2] })
process.stdout.write(`${run.id}\n`)
setInterval(() => {}, 60_000)
