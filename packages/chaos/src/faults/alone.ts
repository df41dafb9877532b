const struck = new WeakSet<object>()

/** Does something to a part of the stage, unless that is being struck already: two who stop and start a server collide. */
export async function alone(part: object, work: () => Promise<void>): Promise<void> {
  if (struck.has(part)) return
  struck.add(part)
  try {
    await work()
  } finally {
    struck.delete(part)
  }
}
