import { z } from 'zod'

const tls = z.object({
  mode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']),
  ca: z.string().nullable(),
  cert: z.string().nullable(),
  key: z.string().nullable(),
})

/** A database as one process tells it to another. */
export const resolvedDatabase = z.object({
  /** Its name in the configuration; null: it was given by its URL. */
  name: z.string().nullable(),
  /** Says nothing about TLS if `ssl` does. */
  url: z.string(),
  /** null: as the URL says. */
  ssl: tls.nullable(),
  /** How many queries of QueryPool may run there at once; null: any number. */
  maxConcurrency: z.number().int().min(1).nullable(),
  /** The limit of a query that has none of its own, in ms; null: none. */
  statementTimeoutMs: z.number().int().nullable(),
  /** The role that each session takes; null: that of the URL. */
  role: z.string().nullable(),
})

/** The TLS of a database with its certificates, PEM. What the mode means to node-postgres, `sslOptionsForPg` says. */
export type ResolvedTls = z.infer<typeof tls>

/**
 * A database with its secrets, as plain data that JSON can carry: it goes to other processes by pipe. It is not to be
 * logged, stored or put into a job.
 */
export type ResolvedDatabase = z.infer<typeof resolvedDatabase>

/** The database of a URL that somebody gave, without a name and without limits. */
export function databaseOfUrl(url: string): ResolvedDatabase {
  return { name: null, url, ssl: null, maxConcurrency: null, statementTimeoutMs: null, role: null }
}
