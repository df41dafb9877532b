import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureEmbeddedServers, removeEmbeddedHome } from '@querypool/local/servers'
import { addRun, connectQueues, finishJobId, openRunQueue, sharedQueueNames } from '@querypool/shared/queue'
import { expect, onTestFinished, test } from 'vitest'

test('a run is handed out by a connection that takes scripts for loaded which Redis does not have', async () => {
  // As after a Redis that was full when they came. Its scripts are those of everybody, so it is one of our own.
  const home = await mkdtemp(join(tmpdir(), 'querypool-scripts-'))
  onTestFinished(() => removeEmbeddedHome(home))
  const { redisUrl } = await ensureEmbeddedServers(home)
  const connection = connectQueues(redisUrl, 'scripts')
  onTestFinished(() => connection.close())
  const queue = openRunQueue(connection, sharedQueueNames('main'))
  const add = (run: string): Promise<boolean> => addRun(queue, { run, generation: 1 }, { last: 0, next: async () => 1 })
  expect(await add('first')).toBe(true)
  await connection.redis.script('FLUSH')
  expect(await add('second')).toBe(true)
  expect(await queue.runs.getJobState(finishJobId('second', 1))).toBe('waiting-children')
})
