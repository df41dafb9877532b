import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

// Azure answers there to its machines, with a public address:
// https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
const publicButInternal = ['168.63.129.16']
// All of IPv6 that is given out for the internet: https://www.iana.org/assignments/ipv6-address-space
const globalIpv6 = ipaddr.parseCIDR('2000::/3')

/** Whether an address is one of the internet: not private, not of this machine or network, and not of a cloud's metadata. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (publicButInternal.includes(parsed.toString())) return false
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalIpv6))
}

/**
 * Whether the configuration allows an address that is not public.
 * @param allowed of hosts, addresses and networks such as `10.1.0.0/16`
 * @param host of the URL, to which the address belongs
 */
export function isAllowedAddress(allowed: readonly string[], host: string, address: string): boolean {
  return allowed.some((entry) => {
    if (entry.includes('/')) return isWithin(entry, address)
    if (isIP(entry) !== 0) return ipaddr.process(entry).toString() === ipaddr.process(address).toString()
    return entry.toLowerCase() === host.toLowerCase()
  })
}

function isWithin(network: string, address: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network)
  const parsed = ipaddr.process(address)
  return parsed.kind() === base.kind() && parsed.match(base, bits)
}

/** Whether a text can stand under `notify.allowPrivate`. */
export function isAllowable(text: string): boolean {
  if (text.includes('/')) return ipaddr.isValidCIDR(text)
  return (
    isIP(text) !== 0 ||
    (text.length <= 253 && /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(text) && !/^[\d.]+$/.test(text))
  )
}
