import { describe, expect, test } from 'vitest'
import { isAllowable, isAllowedAddress, isPublicAddress } from './allowed-address.ts'

describe('addresses', () => {
  test.each(['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  test.each([
    ['127.0.0.1', 'this machine'],
    ['127.8.8.8', 'this machine'],
    ['0.0.0.0', 'this machine'],
    ['::1', 'this machine'],
    ['::', 'this machine'],
    ['10.0.0.1', 'a private network'],
    ['172.31.255.255', 'a private network'],
    ['192.168.1.1', 'a private network'],
    ['fd12::1', 'a private network'],
    ['fd00:ec2::254', 'the metadata of AWS'],
    ['169.254.169.254', 'the metadata of clouds'],
    ['100.100.100.200', 'the metadata of Alibaba Cloud'],
    ['192.0.0.192', 'the metadata of Oracle Cloud'],
    ['168.63.129.16', 'what Azure answers its machines at'],
    ['fe80::1', 'the link'],
    ['fe80::1%eth0', 'the link'],
    ['100.64.0.1', 'a carrier'],
    ['198.18.0.1', 'a benchmark'],
    ['224.0.0.1', 'a group'],
    ['255.255.255.255', 'everybody'],
    ['::ffff:127.0.0.1', 'this machine, as IPv6'],
    ['::ffff:169.254.169.254', 'metadata, as IPv6'],
    ['::127.0.0.1', 'this machine, as old IPv6'],
    ['64:ff9b::a00:1', 'a private network behind NAT64'],
    ['2002:7f00:1::', 'this machine behind 6to4'],
    ['fec0::1', 'a site'],
    ['nonsense', 'no address'],
  ])('%s is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('what the configuration allows', () => {
  test('is a network, an address or a host, and nothing else', () => {
    expect(isAllowedAddress(['10.1.0.0/16'], 'x', '10.1.255.1')).toBe(true)
    expect(isAllowedAddress(['10.1.0.0/16'], 'x', '::ffff:10.1.255.1')).toBe(true)
    expect(isAllowedAddress(['10.1.0.0/16'], 'x', '10.2.0.1')).toBe(false)
    expect(isAllowedAddress(['10.1.0.0/16'], 'x', 'fd00::1')).toBe(false)
    expect(isAllowedAddress(['fd00::/8'], 'x', 'fd12::1')).toBe(true)
    expect(isAllowedAddress(['::1'], 'x', '0:0:0:0:0:0:0:1')).toBe(true)
    expect(isAllowedAddress(['127.0.0.1'], 'x', '127.0.0.2')).toBe(false)
    expect(isAllowedAddress(['Hooks.internal'], 'hooks.INTERNAL', '10.0.0.1')).toBe(true)
    expect(isAllowedAddress(['internal'], 'hooks.internal', '10.0.0.1')).toBe(false)
    expect(isAllowedAddress([], 'localhost', '127.0.0.1')).toBe(false)
  })

  test.each(['10.0.0.0/8', 'fd00::/8', '127.0.0.1', '::1', 'localhost', 'hooks.internal', 'my_host'])(
    '%s can be said',
    (text) => {
      expect(isAllowable(text)).toBe(true)
    },
  )

  test.each(['', '10.0.0.0/33', '10.0.0/8x', '1.2.3', '300.1.1.1', 'https://x', 'x y', '*.internal', '/8'])(
    '%s cannot',
    (text) => {
      expect(isAllowable(text)).toBe(false)
    },
  )
})
