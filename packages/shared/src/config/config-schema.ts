import { z } from 'zod'
import { identifierPattern } from '../batch/identifier.ts'
import { size, timeout, wholeNumber } from '../yaml/value-shapes.ts'
import { folder, keptFor, reference, role, s3Url } from './config-values.ts'
import { notify } from './notify-schema.ts'
import { timing } from './timing-schema.ts'

/** The shape of `tls`. */
const tls = z
  .strictObject(
    {
      mode: z
        .enum(['disable', 'require', 'verify-ca', 'verify-full'], {
          error: 'one of disable, require, verify-ca, verify-full',
        })
        .prefault('verify-full')
        .describe(
          'disable: no encryption. require: encrypted, but the server may be anyone. verify-ca: its certificate comes from `ca`. verify-full: and it is for the host of the URL.',
        ),
      ca: reference('the certificate', 'DATABASE_CA')
        .optional()
        .describe('The certificates, PEM, that vouch for the server. None: those that Node.js trusts.'),
      cert: reference('the certificate', 'DATABASE_CERT')
        .optional()
        .describe('The client certificate, PEM; with `key`.'),
      key: reference('the key', 'DATABASE_KEY')
        .optional()
        .describe('The key of the client certificate, PEM, without a passphrase.'),
    },
    { error: 'a map of keys' },
  )
  .superRefine((given, context) => {
    const refuse = (key: string, sentence: string, remedy: string) =>
      context.addIssue({ code: 'custom', message: '', path: [key], params: { sentence, remedy } })
    const isVerified = given.mode === 'verify-ca' || given.mode === 'verify-full'
    if (given.ca && !isVerified)
      refuse(
        'ca',
        `is of no use with the mode ${given.mode}, which checks no certificate`,
        'Write `mode: verify-full`.',
      )
    if (given.mode === 'verify-ca' && !given.ca)
      refuse(
        'mode',
        'is verify-ca without a `ca`, so that anyone with a certificate of a public authority would do',
        'Give `ca`, or write `mode: verify-full`.',
      )
    for (const [key, other] of [
      ['cert', 'key'],
      ['key', 'cert'],
    ] as const) {
      if (!given[key]) continue
      if (given.mode === 'disable') refuse(key, 'is of no use with the mode disable', 'Write `mode: verify-full`.')
      else if (!given[other]) refuse(key, `stands without \`${other}\``, 'Give both or none.')
    }
  })
  .describe('Encryption of the connections. It goes before what the URL says; without it the URL decides.')

/** The shape of one database. */
export const databaseSchema = z
  .strictObject(
    {
      url: reference('the URL', 'WAREHOUSE_URL').describe(
        'Where the URL of the database is: `env:NAME`, an environment variable, or `file:/path`, relative to this file.',
      ),
      tls: tls.optional(),
      maxConcurrency: wholeNumber(1, 1000)
        .optional()
        .describe('How many queries of all runs may run on it at once. None: no limit.'),
      statementTimeout: timeout
        .optional()
        .describe('The longest time of a query that has no timeout of its own: 30s, 5m, 1h30m. None: no limit.'),
      role: role.optional().describe('The role that each session takes with SET ROLE. None: that of the URL.'),
    },
    { error: 'a map of keys' },
  )
  .describe('A database, under the name that batches and `--database` use for it.')

const store = z
  .strictObject(
    {
      folder: folder
        .optional()
        .describe('The folder of the result store, relative to this file. QUERYPOOL_RESULTS goes before it.'),
      url: s3Url
        .optional()
        .describe(
          'Instead of a folder: the place of the result store in S3, s3://bucket/prefix. QUERYPOOL_RESULTS goes before it.',
        ),
    },
    { error: 'a map of keys' },
  )
  .superRefine(({ folder, url }, context) => {
    if (folder === undefined || url === undefined) return
    const params = {
      sentence: 'stands beside `folder`, and results are kept in one place',
      remedy: 'Remove one of them.',
    }
    context.addIssue({ code: 'custom', message: '', path: ['url'], params })
  })
  .describe('Where results are kept.')

const retention = z
  .strictObject(
    {
      runs: keptFor.prefault('90d').describe('Runs that ended longer ago than this are removed; `never`: none is.'),
      maxRuns: wholeNumber(1, 1_000_000_000)
        .optional()
        .describe('All ended runs but the newest this many are removed. None: no limit.'),
    },
    { error: 'a map of keys' },
  )
  .describe('What is removed by itself.')

const limits = z
  .strictObject(
    {
      maxResultBytes: size.optional().describe('The most that the rows of one query may take: 10GiB. None: no limit.'),
      maxQueries: wholeNumber(1, 1_000_000_000).prefault(1_000_000).describe('The most queries that one run may have.'),
    },
    { error: 'a map of keys' },
  )
  .describe('What is refused because it is too large.')

/** What `querypool.yaml` can say: the one definition of its shape, its checks and its documentation. */
export const configSchema = z
  .strictObject(
    {
      databases: z
        .record(z.string().regex(new RegExp(identifierPattern)), databaseSchema, {
          error: 'a map of names to databases',
        })
        .prefault({})
        .describe('The databases by name. A name has letters a-z, digits and _, no digit first, at most 63.'),
      store: store.prefault({}),
      retention: retention.prefault({}),
      limits: limits.prefault({}),
      notify: notify.prefault({}),
      timing: timing.prefault({}),
    },
    { error: 'a map with keys such as `databases`' },
  )
  .describe('The configuration of a QueryPool installation: querypool.yaml. See docs/configuration.md.')

/** What the schema makes of a file. */
export type CheckedConfig = z.infer<typeof configSchema>
