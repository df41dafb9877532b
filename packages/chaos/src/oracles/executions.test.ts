import { expect, test } from 'vitest'
import { parseExecutions } from './executions.ts'

test('executions are found in the log of a server, also two at once', () => {
  const log = `2026-11-23 10:00:00.250 UTC [71] LOG:  chaos-began chaos-1-1-1/long_1
2026-11-23 10:00:00.250 UTC [71] CONTEXT:  PL/pgSQL function chaos.execute(text,double precision) line 5 at RAISE
2026-11-23 10:00:01.000 UTC [72] LOG:  chaos-doubled chaos-1-1-1/long_1
2026-11-23 10:00:01.000 UTC [72] FATAL:  terminating connection due to administrator command
`
  expect(parseExecutions(log)).toEqual([
    { query: 'chaos-1-1-1/long_1', at: new Date('2026-11-23T10:00:00.250Z'), pid: 71, isDoubled: false },
    { query: 'chaos-1-1-1/long_1', at: new Date('2026-11-23T10:00:01.000Z'), pid: 72, isDoubled: true },
  ])
})
