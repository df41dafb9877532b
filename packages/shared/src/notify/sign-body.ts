import { createHmac } from 'node:crypto'

/**
 * The header `QueryPool-Signature` of a request: `t=<Unix time in seconds>,v1=<HMAC-SHA256 of "t.body", in hex>`, as
 * https://docs.stripe.com/webhooks#verify-manually has it.
 */
export function signBody(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${signature}`
}
