import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { callQuerypool } from '@querypool/demo/call-querypool'
import type { BenchSetting } from './benchmark.ts'
import type { Taken } from './taken-time/watch-pauses.ts'
import type { UnevenBatch } from './uneven-batch.ts'

const lookMs = 200

/** What running an uneven batch three times came to: as the file has it, for the first time, and for the second. */
export interface UnevenRepetition extends Taken {
  readonly workers: number
  readonly fileOrderMs: number
  readonly firstMs: number
  readonly secondMs: number
  /** What the plan said, before the second run, that it would take. */
  readonly plannedMs: number
  /** What half-way through the second run was said to be left, and what then was; null: it was asked too late. */
  readonly eta: { readonly saidMs: number; readonly wasMs: number } | null
}

/** Measures once, with a number of workers. */
export async function measureUneven(
  batch: UnevenBatch,
  workers: number,
  setting: BenchSetting,
  name: string,
): Promise<UnevenRepetition> {
  // Nothing is known of batches with new names.
  const silent = join(setting.home, `${name}_silent.sql`)
  const telling = join(setting.home, `${name}_telling.sql`)
  await writeFile(silent, batch.silent)
  await writeFile(telling, batch.telling)
  setting.pauses.take()
  const { wallMs: fileOrderMs } = await run(silent, workers, setting)
  const { wallMs: firstMs } = await run(telling, workers, setting)
  const plan = await call<{ forecast: { wallMs: number } }>(['plan', telling, '--slots', String(workers)], setting)
  const plannedMs = plan.forecast.wallMs
  const second = run(telling, workers, setting)
  const said = await askHalfWay(`${name}_telling`, plannedMs, second, setting)
  const { wallMs: secondMs, runId } = await second
  const { finishedAt } = await call<{ finishedAt: string }>(['status', runId], setting)
  const eta = said && { saidMs: said.remainingMs, wasMs: Date.parse(finishedAt) - said.atMs }
  const isHalfWay = eta !== null && eta.wasMs >= plannedMs / 4
  return {
    workers,
    ...setting.pauses.take(),
    fileOrderMs,
    firstMs,
    secondMs,
    plannedMs,
    eta: isHalfWay ? eta : null,
  }
}

interface Ran {
  readonly runId: string
  readonly wallMs: number
}

async function run(file: string, workers: number, setting: BenchSetting): Promise<Ran> {
  return call<Ran>(['run', file, '--database', setting.databaseUrl, '--workers', String(workers)], setting)
}

interface Running {
  readonly run: string
  readonly createdAt: string
}

interface Status {
  readonly remainingMs: number | null
  readonly expectedEndAt: string | null
}

/** Asks once what is left of the running run of a batch, when half of what was planned has passed. */
async function askHalfWay(
  batch: string,
  plannedMs: number,
  running: Promise<Ran>,
  setting: BenchSetting,
): Promise<{ remainingMs: number; atMs: number } | null> {
  for (;;) {
    const { runs } = await call<{ runs: readonly Running[] }>(['runs', '--batch', batch, '--state', 'running'], setting)
    const ranMs = runs[0] ? Date.now() - Date.parse(runs[0].createdAt) : 0
    if (runs[0] && ranMs >= plannedMs / 2) {
      const { remainingMs, expectedEndAt } = await call<Status>(['status', runs[0].run], setting)
      return remainingMs === null ? null : { remainingMs, atMs: Date.parse(expectedEndAt ?? '') - remainingMs }
    }
    const waited = wait(Math.max(lookMs, plannedMs / 2 - ranMs), 'waiting' as const)
    if ((await Promise.race([running, waited])) !== 'waiting') return null
  }
}

async function call<Document>(args: readonly string[], { home, signal }: BenchSetting): Promise<Document> {
  return JSON.parse(await callQuerypool([...args, '--json'], { home, signal })) as Document
}
