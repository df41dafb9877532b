import { createHash } from 'node:crypto'
import type { ExpectedRows, KnownQuery } from './batch.ts'

/**
 * A read of so many rows that takes so long. Each row has a number, a digest of the query's key and that number, and
 * whether this execution was the only one at the time. So rows that are lost, doubled, mixed up with others or made beside
 * another execution are told by the checksum.
 */
export function knownRead(batch: string, name: string, rows: number, seconds: number): KnownQuery {
  const key = `${batch}/${name}`
  const sql = `select n, md5('${key}:' || n) as digest, is_alone
from chaos.execute('${key}', ${seconds}) as is_alone, generate_series(1, ${rows}) as n order by n`
  return { name, sql, effect: 'read', expected: () => expectedRows(key, rows) }
}

const header = 'n,digest,is_alone\n'

function expectedRows(key: string, rows: number): ExpectedRows {
  const hash = createHash('sha256').update(header)
  let bytes = header.length
  for (let n = 1; n <= rows; n++) {
    const line = `${n},${createHash('md5').update(`${key}:${n}`).digest('hex')},t\n`
    bytes += line.length
    hash.update(line)
  }
  return { rows, bytes, sha256: hash.digest('hex') }
}
