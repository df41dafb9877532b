import { setTimeout as wait } from 'node:timers/promises'
import type { Blow, FaultName } from '../faults/fault.ts'
import { strikes } from '../faults/faults.ts'
import { type Execution, endOfLog, readExecutions } from '../oracles/executions.ts'
import { oracles } from '../oracles/oracles.ts'
import type { RoundOutcome } from '../oracles/round-outcome.ts'
import { StateWatch } from '../oracles/watch-states.ts'
import type { PlannedBatch, RoundPlan } from '../plan/plan-round.ts'
import type { Stage } from '../stage/stage.ts'
import { kindOf, kinds } from '../workload/kinds.ts'
import type { Submission } from '../workload/submission.ts'
import { makeSureOf, submitByClient, submitByCommand } from '../workload/submit-batch.ts'
import { awaitRuns, retryRuns } from './await-runs.ts'

/** What a round came to. */
export interface RoundReport {
  readonly submissions: readonly Submission[]
  readonly executions: readonly Execution[]
  /** What is wrong, a sentence each; nothing, if all is as it must be. */
  readonly violations: readonly string[]
}

/** Does a round: submits its batches while its faults strike, waits until all runs are over, and compares. */
export async function runRound(stage: Stage, plan: RoundPlan): Promise<RoundReport> {
  stage.timeline.begin()
  const startedAt = new Date()
  const logged = await endOfLog(stage.servers.target.log)
  const watch = new StateWatch(stage.journal, keyPrefixOf(plan))
  const submissions: Submission[] = []
  const scene = { stage, submissions }
  const ending = new AbortController()
  const company = Promise.all(kinds.map((kind) => kind.accompany?.(stage, ending.signal)))
  await Promise.all([
    ...plan.batches.map((planned) => submit(stage, planned, submissions)),
    ...plan.blows.map((blow) => strike(blow, () => strikes[blow.fault](scene, blow), stage)),
  ])
  await stage.calm()
  stage.timeline.note('calm', 'all faults are over')
  await Promise.all(submissions.map((submission) => makeSureOf(stage, submission)))
  const violations = await awaitRuns(stage, submissions)
  if (violations.length === 0) violations.push(...(await judge(stage, submissions)))
  if (violations.length === 0) violations.push(...(await retryRuns(stage, submissions)))
  ending.abort()
  await company
  await watch.stop().catch((error) => violations.push(`The journal cannot be read: ${error}`))
  violations.push(...watch.changes.map((change) => `A terminal state has changed: ${change}`))
  const executions = await readExecutions(stage.servers.target.log, logged)
  if (violations.length === 0) {
    const faults = new Set<FaultName>(plan.blows.map(({ fault }) => fault))
    violations.push(...(await compare({ stage, submissions, faults, startedAt, executions })))
  }
  return { submissions, executions, violations }
}

/** With what the keys of all runs of a round begin. */
function keyPrefixOf({ batches }: RoundPlan): string {
  return batches[0]?.batch.key.replace(/\d+$/, '') ?? ''
}

async function submit(
  stage: Stage,
  { batch, atMs, byCommand }: PlannedBatch,
  submissions: Submission[],
): Promise<void> {
  await wait(atMs)
  const submission: Submission = { batch, command: null, run: null, isCancelAsked: false }
  submissions.push(submission)
  await (byCommand ? submitByCommand : submitByClient)(stage, submission)
}

/** One fault can keep another from striking: what has no server to speak to says so, and the round goes on. */
async function strike({ fault, atMs }: Blow, blow: () => Promise<void>, stage: Stage): Promise<void> {
  await wait(atMs)
  await blow().catch((error) => stage.timeline.note(fault, `could not be done: ${error}`))
}

async function compare(outcome: RoundOutcome): Promise<string[]> {
  const wrong: string[] = []
  for (const oracle of oracles) wrong.push(...(await oracle(outcome)))
  return [...wrong, ...(await judge(outcome.stage, outcome.submissions))]
}

async function judge(stage: Stage, submissions: readonly Submission[]): Promise<string[]> {
  const wrong = await Promise.all(submissions.map(async ({ batch }) => kindOf(batch.kind).judge?.(stage, batch)))
  return wrong.flatMap((sentences) => sentences ?? [])
}
