import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createService } from '../e2e/create-service.ts'
import { documentOf } from '../e2e/installation.ts'
import { fromEnvironment } from '../from-environment.ts'
import { closeGate, deadline, gatedQueries, untilBackends } from './private-run.ts'

/** A way to the Redis of the tests that can be cut: then whoever comes is turned away, and counted. */
async function openWay(): Promise<{ url: string; cut(): void; mend(): void; turnedAway(): number }> {
  const to = new URL(fromEnvironment('QUERYPOOL_TEST_REDIS_URL'))
  const sockets = new Set<Socket>()
  let isCut = false
  let turnedAway = 0
  const server = createServer((socket) => {
    if (isCut) {
      turnedAway++
      socket.destroy()
      return
    }
    const other = connect(Number(to.port), to.hostname)
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        two.destroy()
      })
      one.pipe(two)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the way has no port')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    url: Object.assign(new URL(to), { host: `127.0.0.1:${address.port}` }).href,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    turnedAway: () => turnedAway,
  }
}

test('overseers and workers end although Redis is away, and the run goes on with others', async () => {
  const way = await openWay()
  const service = await createService({ database: 'maxConcurrency: 2' }, { REDIS_URL: way.url })
  onTestFinished(() => service.dispose())
  const programs = [
    await service.startOverseer(),
    await service.startWorker('busy', '--concurrency', '2', '--grace', '1s'),
    await service.startWorker('idle', '--concurrency', '2', '--grace', '1s'),
  ]
  const gate = await closeGate(service)
  const running = service.startCommand([
    'run',
    await service.batchFile(gatedQueries(4)),
    '--database',
    'main',
    '--json',
  ])
  await untilBackends(service, 2)
  way.cut()
  await vi.waitFor(() => expect(way.turnedAway()).toBeGreaterThan(20), deadline)
  for (const program of programs) program.interrupt()
  await Promise.all(programs.map(({ ended }) => ended))
  expect(await service.countBackends()).toBe(0)
  way.mend()
  await gate.open()
  await service.startOverseer()
  await service.startWorker('new')
  const finished = await running.ended
  expect(finished.status, finished.stderr).toBe(0)
  expect(documentOf(finished)).toMatchObject({ state: 'succeeded' })
})
