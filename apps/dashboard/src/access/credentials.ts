import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Who may in: whoever has the token, or a cookie that was given for it. */
export interface Credentials {
  /** Whether this is the token. Takes the same time whatever is wrong with it. */
  isToken(given: string): boolean
  /** A value for a cookie that lets in for `sessionMs`; it does not tell the token. */
  issue(): string
  /** Whether this is a cookie that `issue` gave and that still counts, here or at another dashboard with the token. */
  isIssued(cookie: string): boolean
}

/** How long a login lasts, in ms. */
export const sessionMs = 12 * 3600 * 1000

/** Makes the credentials of a token. A new token ends all logins. */
export function credentialsOf(token: string): Credentials {
  const sign = (until: string): string =>
    createHmac('sha256', token).update(`querypool dashboard until ${until}`).digest('base64url')
  return {
    isToken: (given) => isSame(given, token),
    issue: () => {
      const until = String(Date.now() + sessionMs)
      return `${until}.${sign(until)}`
    },
    isIssued: (cookie) => {
      const [until = '', signature = ''] = cookie.split('.', 2)
      return isSame(signature, sign(until)) && Number(until) > Date.now()
    },
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}
