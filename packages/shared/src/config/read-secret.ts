import type { Fault } from '../errors/index.ts'
import { readBounded, whyUnreadable } from '../yaml/read-bounded.ts'
import { formatReference, type SecretReference } from './secret-reference.ts'

const maxSecretBytes = 256 * 1024

/** A secret, or what is wrong with it. A fault names the place of the secret, never a part of it. */
export type ReadSecret = { readonly value: string } | { readonly fault: Fault }

/**
 * Reads a secret, without the line break at its end that editors leave there. `owner` is the key that refers to it, such as
 * `databases.warehouse.url`.
 */
export async function readSecret(
  reference: SecretReference,
  owner: string,
  environment: NodeJS.ProcessEnv,
): Promise<ReadSecret> {
  const read =
    reference.kind === 'env' ? readVariable(reference.name, environment) : await readSecretFile(reference.path)
  if ('why' in read) return { fault: secretFault(owner, reference, read.why) }
  const value = read.value.replace(/[\r\n]+$/, '')
  if (value.trim() === '') return { fault: secretFault(owner, reference, 'it is empty') }
  return { value }
}

/** What is said of a secret that cannot be used, and why: the end of a sentence. */
export function secretFault(owner: string, reference: SecretReference, why: string): Fault {
  const message = `\`${owner}\` is in ${formatReference(reference)}, which cannot be used: ${why}.`
  return { code: 'QP_SECRET_UNREADABLE', message }
}

type Read = { readonly value: string } | { readonly why: string }

function readVariable(name: string, environment: NodeJS.ProcessEnv): Read {
  const value = environment[name]
  return value === undefined ? { why: 'the environment of this process has no such variable' } : { value }
}

async function readSecretFile(path: string): Promise<Read> {
  try {
    const bytes = await readBounded(path, maxSecretBytes)
    if (bytes === null) return { why: 'it has more than 256 KiB' }
    return { value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (thrown) {
    return { why: thrown instanceof TypeError ? 'it is not UTF-8' : whyUnreadable(thrown) }
  }
}
