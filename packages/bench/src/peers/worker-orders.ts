/** What a worker process of a peer is told, by message: URLs hold passwords, and arguments can be seen by everybody. */
export interface WorkerOrders {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly queriesAtOnce: number
}

/** What it says. */
export type WorkerMessage = { readonly is: 'ready' } | { readonly is: 'done'; readonly count: number }

const tellEveryMs = 20

/** Waits for the orders. Ends this process when the one that gave them is gone or hangs up. */
export async function receiveOrders(): Promise<WorkerOrders> {
  process.once('disconnect', () => process.exit())
  return new Promise((resolve) => process.once('message', (orders) => resolve(orders as WorkerOrders)))
}

/** Says that this worker takes queries. */
export function reportReady(): void {
  process.send?.({ is: 'ready' } satisfies WorkerMessage)
}

/** Something that counts queries whose result is durable, and says every 20 ms how many there are. */
export function doneCounter(): () => void {
  let count = 0
  const tell = (): void => {
    process.send?.({ is: 'done', count } satisfies WorkerMessage)
    count = 0
  }
  return () => {
    if (count++ === 0) setTimeout(tell, tellEveryMs)
  }
}
