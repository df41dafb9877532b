import { showJobData } from './show-job-data.ts'

/** The link from a job to the page of its run. */
export function linkToRun(data: unknown): { displayText: string; href: string } {
  const { run } = showJobData(data)
  // A job of another version leads to the list, since the board takes a link from each job or none.
  return run === undefined
    ? { displayText: 'Show the runs', href: '/runs' }
    : { displayText: 'Show the run', href: `/runs/${encodeURIComponent(run)}` }
}
