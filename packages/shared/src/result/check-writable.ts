import { randomUUID } from 'node:crypto'
import { QueryPoolError } from '../errors/index.ts'
import type { ResultStore } from './result-store.ts'

/**
 * Tries whether the store does what attempts rely on: gives back what was put, and keeps what was put once. Leaves nothing.
 * @throws QP_STORE_REPLACES when it replaces what is there; QP_STORE_UNUSABLE, what the store throws
 */
export async function checkWritable(store: ResultStore): Promise<void> {
  const key = `.check-${randomUUID()}`
  try {
    await store.putTextOnce(key, key)
    if (await store.putTextOnce(key, 'something else'))
      throw new QueryPoolError(
        'QP_STORE_REPLACES',
        `${store.location} replaces what is there, although it is told not to.`,
      )
    if ((await store.getText(key)) !== key)
      throw new QueryPoolError('QP_STORE_UNUSABLE', `${store.location} does not give back what is put there.`)
    await store.remove(key)
  } catch (cause) {
    await store.remove(key).catch(() => {})
    if (cause instanceof QueryPoolError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new QueryPoolError('QP_STORE_UNUSABLE', `The result store ${store.location} cannot be used: ${why}`, {
      cause,
    })
  }
}

/**
 * Refuses a store that replaces what is there. Whatever else is wrong with it now, such as a full disk, may pass: attempts
 * meet it, and are tried again.
 * @throws QP_STORE_REPLACES
 */
export async function refuseReplacing(store: ResultStore): Promise<void> {
  await checkWritable(store).catch((error: unknown) => {
    if (error instanceof QueryPoolError && error.code === 'QP_STORE_REPLACES') throw error
  })
}
