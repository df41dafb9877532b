import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { ErrorCode } from '../errors/index.ts'
import { isAllowedAddress, isPublicAddress } from './allowed-address.ts'

/** A request that is to be sent. */
export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Hosts, addresses and networks that may be connected to although they are not public. */
  readonly allowPrivate: readonly string[]
}

/** Why a request was not delivered. The message says nothing of its URL, which is a secret. */
export interface WebhookFault {
  readonly code: ErrorCode
  readonly message: string
}

/** Longest time for all of a request, with finding its address, in ms. */
export const webhookTimeoutMs = 10_000

/**
 * Sends a request to a server of somebody else. Only addresses that were checked are connected to, redirects are not followed,
 * and of the answer only its status is read.
 * @returns null when it was answered with a status from 200 to 299, else what was wrong
 */
export async function postWebhook({ url, headers, body, allowPrivate }: WebhookRequest): Promise<WebhookFault | null> {
  const target = URL.canParse(url) ? new URL(url) : null
  if (target === null || !['http:', 'https:'].includes(target.protocol))
    return { code: 'QP_NOTIFY_URL', message: 'What the reference names is no URL that begins with https://.' }
  const signal = AbortSignal.timeout(webhookTimeoutMs)
  try {
    const addresses = await findAddresses(target, allowPrivate, signal)
    if ('code' in addresses) return addresses
    const status = await post(target, addresses, headers, body, signal)
    if (status >= 200 && status < 300) return null
    return { code: 'QP_NOTIFY_STATUS', message: `The server answered with the status ${status}.` }
  } catch (thrown) {
    return { code: 'QP_NOTIFY_UNREACHABLE', message: `The request failed: ${whyFailed(thrown, signal)}.` }
  }
}

async function findAddresses(
  target: URL,
  allowPrivate: readonly string[],
  signal: AbortSignal,
): Promise<LookupAddress[] | WebhookFault> {
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const found = await beforeAbort(lookup(host, { all: true }), signal)
  const isAllowed = ({ address }: LookupAddress): boolean => isAllowedAddress(allowPrivate, host, address)
  const permitted = found.filter((one) => isPublicAddress(one.address) || isAllowed(one))
  if (permitted.length === 0) {
    const named = found.map(({ address }) => address).join(', ')
    return { code: 'QP_NOTIFY_ADDRESS', message: `The host has no public address, and none that is allowed: ${named}.` }
  }
  if (target.protocol === 'https:') return permitted
  const unencrypted = permitted.filter(isAllowed)
  if (unencrypted.length > 0) return unencrypted
  return { code: 'QP_NOTIFY_URL', message: 'The URL begins with http://, and its host is not one that is allowed.' }
}

function post(
  target: URL,
  addresses: readonly LookupAddress[],
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  // A host that is an address is not looked up again, and a name is found to be what was checked, whatever it is by now.
  const checked: LookupFunction = (_host, options, callback) => {
    const [first] = addresses
    if (options.all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
  const request = target.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(target, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      agent: false,
      lookup: checked,
      signal,
    })
    sent.once('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  ])
}

function whyFailed(thrown: unknown, signal: AbortSignal): string {
  if (signal.aborted) return `no answer within ${webhookTimeoutMs / 1000} s`
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'for no known reason'
}
