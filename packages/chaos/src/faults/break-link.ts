import { setTimeout as wait } from 'node:timers/promises'
import { linkNames } from '../stage/links.ts'
import { chosen, type Strike } from './fault.ts'

/** Resets the connections between programs of one sort and a server. */
export const cutLink: Strike = async ({ stage }, blow) => {
  const name = chosen(linkNames, blow)
  if (name === undefined) return
  stage.timeline.note(blow.fault, name)
  stage.links[name].cut()
}

/** They stay open and carry nothing, for a while; then they are reset. */
export const silenceLink: Strike = async ({ stage }, blow) => {
  const name = chosen(linkNames, blow)
  if (name === undefined) return
  stage.timeline.note(blow.fault, `${name} for ${blow.lastsMs} ms`)
  stage.links[name].silence()
  await wait(blow.lastsMs)
  stage.links[name].mend()
  stage.timeline.note(blow.fault, `${name} carries again`)
}
