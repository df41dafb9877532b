import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Admission, admissionSql, countHeldSlots, type DatabaseLimit, readAdmission } from './admission.ts'

const installation = randomBytes(4).toString('hex')
let pool: pg.Pool

beforeAll(() => {
  pool = new pg.Pool({ connectionString: process.env.QUERYPOOL_TEST_POSTGRES_URL, max: 12 })
})
afterAll(() => pool.end())

describe('the admission of attempts to a database', () => {
  test('never admits more than the limit, and admits again when a transaction ends', async () => {
    const limit = { database: 'sales', maxConcurrency: 3 }
    const attempts = await Promise.all(Array.from({ length: 8 }, (_, job) => ask(job, limit)))
    expect(attempts.filter(({ admission }) => admission === 'admitted')).toHaveLength(3)
    expect(attempts.filter(({ admission }) => admission === 'full')).toHaveLength(5)
    expect(await countHeldSlots(pool, installation, 'sales')).toBe(3)
    await attempts.find(({ admission }) => admission === 'admitted')?.end()
    const late = await ask(20, limit)
    expect(late.admission).toBe('admitted')
    await Promise.all([...attempts, late].map(({ end }) => end()))
    expect(await countHeldSlots(pool, installation, 'sales')).toBe(0)
  })

  test('counts what runs above a limit that was lowered, whichever slots end first', async () => {
    const limit = { database: 'lowered', maxConcurrency: 4 }
    const before = [await ask(1, limit), await ask(2, limit), await ask(3, limit), await ask(4, limit)]
    const lowered = { ...limit, maxConcurrency: 2 }
    await before[0]?.end()
    expect((await ask(10, lowered)).admission).toBe('full')
    // Slots 2 and 4 are left.
    await before[2]?.end()
    expect((await ask(11, lowered)).admission).toBe('full')
    await before[1]?.end()
    const next = await ask(12, lowered)
    expect(next.admission).toBe('admitted')
    expect((await ask(13, lowered)).admission).toBe('full')
    await Promise.all([before[3]?.end(), next.end()])
  })

  test('lets one attempt of a job in at a time, and takes no slot for one that is kept out', async () => {
    const limit = { database: 'fenced', maxConcurrency: 5 }
    const first = await ask(1, limit)
    expect((await ask(1, limit)).admission).toBe('fenced')
    expect(await countHeldSlots(pool, installation, 'fenced')).toBe(1)
    await first.end()
  })

  test('calls only an admitted session by the name of its attempt', async () => {
    const limit = { database: 'named', maxConcurrency: 1 }
    const first = await ask(1, limit)
    expect(await first.sessionName()).toBe(`qp:${installation}:r1:1:1`)
    await first.end()
    const second = await ask(2, null)
    expect(second.admission).toBe('admitted')
    await second.end()
  })
})

const open = new Set<() => Promise<void>>()
afterEach(async () => {
  for (const end of open) await end()
})

interface Asked {
  readonly admission: Admission
  sessionName(): Promise<string>
  end(): Promise<void>
}

/** Asks for admission in a transaction of its own, which stays open if it was admitted. */
async function ask(job: number, limit: DatabaseLimit | null): Promise<Asked> {
  const client = await pool.connect()
  let isOpen = true
  const end = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    open.delete(end)
    await client.query('ROLLBACK')
    client.release()
  }
  open.add(end)
  await client.query('BEGIN READ ONLY')
  const { rows } = await client.query(admissionSql(installation, { run: 'r1', job, attempt: 1 }, limit))
  const admission = readAdmission(rows[0])
  if (admission !== 'admitted') await end()
  const sessionName = async (): Promise<string> =>
    (await client.query('SHOW application_name')).rows[0].application_name
  return { admission, sessionName, end }
}
