import { z } from 'zod'
import { configSchema } from './config-schema.ts'

/** The JSON Schema of `querypool.yaml`, for editors; it is published as docs/querypool.schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: 'querypool.yaml', ...z.toJSONSchema(configSchema, { io: 'input' }) }
}
