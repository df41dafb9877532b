import { chown, cp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Stage } from '../stage/stage.ts'
import { alone } from './alone.ts'
import type { Blow, Strike } from './fault.ts'

/** All data are gone, from one moment to the next. */
export const flushRedis: Strike = async ({ stage }, { fault }) => {
  stage.timeline.note(fault, 'all data are deleted')
  await stage.redis.flushall()
}

/** It dies and comes back with its data. */
export const restartRedis: Strike = ({ stage }, blow) => whileDown(stage, blow, 'with its data', async () => {})

/** It dies and comes back empty. */
export const wipeRedis: Strike = ({ stage }, blow) =>
  whileDown(stage, blow, 'without its data', async (data) => rm(data, { recursive: true, force: true }))

/** It dies and comes back as it was when the fault began: what was written since is gone, what was removed is there. */
export const restoreRedis: Strike = async ({ stage }, blow) => {
  const copy = join(stage.folder, `redis-of-${Date.now()}`)
  // A file to which is only appended: a copy of it is a state that was.
  await cp(dataOf(stage), copy, { recursive: true })
  stage.timeline.note(blow.fault, `its data are copied, to come back in ${blow.lastsMs} ms`)
  await wait(blow.lastsMs)
  await whileDown(stage, { ...blow, lastsMs: 200 }, 'with old data', async (data) => {
    await rm(data, { recursive: true, force: true })
    await cp(copy, data, { recursive: true })
    const owner = await stat(stage.servers.redis.dataFolder)
    await giveTo(data, owner)
  })
  await rm(copy, { recursive: true, force: true })
}

async function whileDown(
  stage: Stage,
  { fault, lastsMs }: Blow,
  how: string,
  change: (data: string) => Promise<void>,
): Promise<void> {
  const { redis } = stage.servers
  await alone(redis, async () => {
    stage.timeline.note(fault, `killed, to come back after ${lastsMs} ms ${how}`)
    await redis.crash()
    await change(dataOf(stage))
    await wait(lastsMs)
    await redis.start()
    stage.timeline.note(fault, 'runs again')
  })
}

function dataOf(stage: Stage): string {
  return join(stage.servers.redis.dataFolder, 'appendonlydir')
}

/** A folder and the files in it are given to the account that runs the server. */
async function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  for (const name of ['.', ...(await readdir(folder))]) await chown(join(folder, name), uid, gid)
}
