import type {
  AfterHook,
  AppJob,
  AppQueue,
  BullBoardQueues,
  ControllerHandlerReturnType,
  FlowNode,
  JobFlow,
} from '@bull-board/api/typings/app'
import type { Journal } from '@querypool/shared/journal'
import { type JobToName, namesOfJobs } from './name-jobs.ts'
import { showJob } from './show-job.ts'
import { type ShownJobData, showJobData } from './show-job-data.ts'

// These say nothing of a job.
const harmless = new Set([
  '/api/redis/stats',
  '/api/queues/:queueName/metrics',
  '/api/queues/:queueName/default-job-options',
  '/api/queues/:queueName/workers',
  '/api/queues/:queueName/rate-limit',
  '/api/queues/:queueName/job-data-schema',
])

/**
 * Goes over whatever the board answers: jobs get names for people and lose all that could carry SQL, rows or messages of a
 * database. What bull-board's formatters leave alone is taken off here; an answer that is not known is refused.
 */
export function showOnlySafe(journal: Journal): AfterHook {
  return async ({ route, request }, result) => {
    if (result.status !== undefined && result.status >= 400) return withoutMessage(result)
    const body = result.body as unknown
    if (harmless.has(route)) return result
    if (route === '/api/queues') return { ...result, body: await showQueues(journal, body as { queues: AppQueue[] }) }
    if (route === '/api/queues/:queueName/:jobId') {
      const { job, status } = body as { job: AppJob; status: string }
      const [shown] = await showJobs(journal, [job])
      return { ...result, body: { job: shown, status } }
    }
    if (route === '/api/queues/:queueName/:jobId/flow')
      return { ...result, body: await showFlow(journal, request.queues, body as JobFlow) }
    if (route === '/api/queues/:queueName/:jobId/logs') return { ...result, body: [] }
    if (route === '/api/job-schedulers') return { ...result, body: { schedulers: [] } }
    return { status: 403, body: { error: { key: 'ERRORS.FORBIDDEN' } } }
  }
}

function withoutMessage(result: ControllerHandlerReturnType): ControllerHandlerReturnType {
  const { error } = result.body as { error?: object }
  return { ...result, body: { error: error ?? { key: 'ERRORS.INTERNAL_SERVER_ERROR' } } as never }
}

async function showQueues(journal: Journal, { queues }: { queues: AppQueue[] }): Promise<{ queues: AppQueue[] }> {
  return {
    queues: await Promise.all(queues.map(async (queue) => ({ ...queue, jobs: await showJobs(journal, queue.jobs) }))),
  }
}

async function showJobs(journal: Journal, jobs: readonly AppJob[]): Promise<AppJob[]> {
  const named = await namesOfJobs(
    journal,
    jobs.map(({ name, data }) => ({ name, data: data as ShownJobData })),
  )
  return jobs.map((job, index) => showJob(job, named[index]?.inList ?? job.name))
}

/** A flow tells only the ids of its jobs, so their data are looked up to name them. */
async function showFlow(journal: Journal, queues: BullBoardQueues, flow: JobFlow): Promise<JobFlow> {
  if (flow.flowRoot === null) return flow
  const nodes = nodesOf(flow.flowRoot)
  const toName = await Promise.all(nodes.map((node) => dataOf(queues, node)))
  const named = await namesOfJobs(journal, toName)
  const nameOf = new Map(nodes.map((node, index) => [node, named[index]?.inFlow ?? node.name]))
  return { ...flow, flowRoot: showNode(flow.flowRoot, nameOf) }
}

function nodesOf(node: FlowNode): FlowNode[] {
  return [node, ...node.children.flatMap(nodesOf)]
}

async function dataOf(queues: BullBoardQueues, { id, name, queueName }: FlowNode): Promise<JobToName> {
  const job = await queues.get(queueName)?.getJob(id)
  return { name, data: job ? showJobData(job.toJSON().data) : {} }
}

function showNode(node: FlowNode, nameOf: ReadonlyMap<FlowNode, string>): FlowNode {
  const { id, state, queueName, truncated, dependencies } = node
  return {
    id,
    name: nameOf.get(node) ?? node.name,
    state,
    queueName,
    progress: 0,
    children: node.children.map((child) => showNode(child, nameOf)),
    ...(truncated === undefined ? {} : { truncated }),
    ...(dependencies === undefined ? {} : { dependencies }),
  }
}
