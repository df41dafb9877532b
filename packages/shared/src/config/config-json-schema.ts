import { z } from 'zod'
import { configSchema } from './config-schema.ts'

/** The JSON Schema of `querypool.yaml`, for editors; it is published as docs/querypool.schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'querypool.yaml', ...z.toJSONSchema(configSchema, { io: 'input' }) }
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
}

/** The keys that a map at that place of the file can have; none where they are names of one's own choice. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let node: SchemaNode | undefined = configJsonSchema()
  for (const key of path) {
    const others: SchemaNode | boolean | undefined = node?.additionalProperties
    node = node?.properties?.[String(key)] ?? (typeof others === 'object' ? others : undefined)
  }
  return Object.keys(node?.properties ?? {})
}
