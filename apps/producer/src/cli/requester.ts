import { hostname, userInfo } from 'node:os'

/** Who gives this command, for the record: `user@host`. */
export function requester(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`
  }
}
