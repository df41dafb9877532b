/** Where a secret is. Never the secret itself. `path` is absolute once the configuration was read. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** What `parseReference` takes, as a pattern for editors. */
export const referencePattern = '^(env:[A-Za-z_][A-Za-z0-9_]*|file:(?!//[^/])[^~\\s].*)$'

/**
 * A reference as it is written: `env:NAME`, `file:/path`, `file:///path`, or `file:path` relative to the configuration
 * file. Null when `text` isn't one; `~` is not, since nothing here unfolds it.
 */
export function parseReference(text: string): SecretReference | null {
  if (text.includes('\0') || !new RegExp(referencePattern).test(text)) return null
  const value = text.slice(text.indexOf(':') + 1)
  return text.startsWith('env:') ? { kind: 'env', name: value } : { kind: 'file', path: value }
}

/** A reference as it is written, for messages. */
export function formatReference(reference: SecretReference): string {
  return reference.kind === 'env' ? `env:${reference.name}` : `file:${reference.path}`
}
