import { setTimeout as wait } from 'node:timers/promises'
import { linkNames } from '../stage/links.ts'
import { aimAtCommit } from './aim-at-commit.ts'
import { alone } from './alone.ts'
import { chosen, type Strike } from './fault.ts'

/** Resets the connections between programs of one sort and a server. */
export const cutLink: Strike = async ({ stage }, blow) => {
  const name = chosen(linkNames, blow)
  if (name === undefined) return
  stage.timeline.note(blow.fault, name)
  stage.links[name].cut()
}

/** Those of the workers to the target database are reset at a moment when a write is being committed: the answer is lost. */
export const cutCommitting: Strike = async ({ stage }, { fault }) => {
  if (!(await aimAtCommit(stage))) return
  stage.timeline.note(fault, 'workers-target')
  stage.links['workers-target'].cut()
}

/** They stay open and carry nothing, for a while; then they are reset. */
export const silenceLink: Strike = async ({ stage }, blow) => {
  const name = chosen(linkNames, blow)
  if (name === undefined) return
  const link = stage.links[name]
  await alone(link, async () => {
    stage.timeline.note(blow.fault, `${name} for ${blow.lastsMs} ms`)
    link.silence()
    await wait(blow.lastsMs)
    link.mend()
    stage.timeline.note(blow.fault, `${name} carries again`)
  })
}
