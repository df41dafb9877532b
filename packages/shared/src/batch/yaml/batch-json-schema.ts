import { z } from 'zod'
import { batchShape } from './batch-shape.ts'

/** The JSON Schema of batch files in YAML, for editors; it is published as docs/batch.schema.json. */
export function batchJsonSchema(): Record<string, unknown> {
  return { title: 'Batch of queries for QueryPool', ...z.toJSONSchema(batchShape, { io: 'input' }) }
}
