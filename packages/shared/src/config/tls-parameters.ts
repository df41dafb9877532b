// What node-postgres takes from a URL about TLS; it would go before the `ssl` option.
const tlsParameters = new Set(['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslpassword', 'uselibpqcompat'])

/** A PostgreSQL URL without its parameters about TLS; everything else stays as it is written. */
export function withoutTlsParameters(url: string): string {
  const [, before = url, query, fragment = ''] = /^([^?#]*)\?([^#]*)(#.*)?$/s.exec(url) ?? []
  if (query === undefined) return url
  const kept = query.split('&').filter((parameter) => !tlsParameters.has(nameOf(parameter)))
  return `${before}${kept.length > 0 ? `?${kept.join('&')}` : ''}${fragment}`
}

function nameOf(parameter: string): string {
  return [...new URLSearchParams(parameter).keys()][0] ?? ''
}
