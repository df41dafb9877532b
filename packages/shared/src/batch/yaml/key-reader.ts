import { z } from 'zod'
import type { IssueFaults } from '../../yaml/issue-faults.ts'

type Outputs<S extends z.ZodRawShape> = { readonly [K in keyof S]?: z.output<S[K]> }

/** Reads maps of a file key by key, so that what is right can be checked further, whatever else is wrong. */
export class KeyReader {
  readonly #issues: IssueFaults

  constructor(issues: IssueFaults) {
    this.#issues = issues
  }

  /**
   * The values of the keys that are right; what is wrong with the others goes on the list. Null: it is no map at all.
   * @param path where the map stands
   * @param unread keys that are left to the caller
   */
  readKeys<S extends z.ZodRawShape, U extends keyof S = never>(
    shape: z.ZodObject<S>,
    data: unknown,
    path: readonly PropertyKey[],
    unread: readonly U[] = [],
  ): Outputs<Omit<S, U>> | null {
    if (!isMap(data)) {
      this.#addIssues(shape.safeParse(data).error, path)
      return null
    }
    const keys = Object.keys(data).filter((key) => !Object.hasOwn(shape.shape, key))
    if (keys.length > 0)
      this.#issues.add({ code: 'unrecognized_keys', keys, path: [...path], message: '', input: data })
    const types = Object.entries(shape.shape).filter(([key]) => !unread.some((left) => left === key))
    const values = types.map(([key, type]) => [key, this.readValue(type, data[key], [...path, key])])
    return Object.fromEntries(values) as Outputs<Omit<S, U>>
  }

  /** The value, or undefined where it is wrong; that goes on the list. */
  readValue<T extends z.core.$ZodType>(type: T, data: unknown, path: readonly PropertyKey[]): z.output<T> | undefined {
    const parsed = z.safeParse(type, data)
    this.#addIssues(parsed.error, path)
    return parsed.data
  }

  #addIssues(error: z.core.$ZodError | undefined, path: readonly PropertyKey[]): void {
    for (const issue of error?.issues ?? []) this.#issues.add({ ...issue, path: [...path, ...issue.path] })
  }
}

/** Whether a value is a map. */
export function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
