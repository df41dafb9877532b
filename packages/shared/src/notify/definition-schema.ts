import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { reference } from '../config/config-values.ts'
import { formatReference } from '../config/secret-reference.ts'
import { period } from '../yaml/value-shapes.ts'
import type { NotifyDefinition } from './definition.ts'

// The error text of each of these goes on from "… must be", as in yaml/value-shapes.ts.

const wantedEvents = 'one of success, failure, partial, recovery, or a list of these'
const event = z.enum(['success', 'failure', 'partial', 'recovery'], { error: wantedEvents })

/** Overseers read it, each from its own folder, so that a path from where the batch lies would lead nowhere. */
function absolute(what: string, variable: string) {
  return reference(what, variable).superRefine((given, context) => {
    if (given.kind === 'env' || isAbsolute(given.path)) return
    const params = {
      sentence: 'is relative to a folder, and overseers have another one',
      remedy: 'Write the whole path: `file:/run/secrets/webhook`.',
    }
    context.addIssue({ code: 'custom', message: '', params })
  })
}

const webhook = z
  .strictObject(
    {
      url: absolute('the URL', 'WEBHOOK_URL').describe(
        'Where the URL is: `env:NAME`, an environment variable, or `file:/path`.',
      ),
      secret: absolute('the secret', 'WEBHOOK_SECRET').describe('Where the secret is that requests are signed with.'),
    },
    { error: 'a map with `url` and `secret`' },
  )
  .describe('An HTTP server that gets a signed request.')

const entry = z
  .strictObject(
    {
      on: z
        .union([event, z.array(event).min(1, { error: wantedEvents })], { error: wantedEvents })
        .prefault(['failure', 'partial', 'recovery'])
        .describe('What is told: how runs end, and the first success after something else.'),
      deadline: period('1s', '366d')
        .optional()
        .describe(
          'Also told: that a run has not ended so long after its slot, or after it was submitted. None: no deadline.',
        ),
      webhook,
    },
    { error: 'a map of keys' },
  )
  .transform(
    ({ on, deadline, webhook }): NotifyDefinition => ({
      on: [...new Set(typeof on === 'string' ? [on] : on)],
      deadlineMs: deadline ?? null,
      webhook,
    }),
  )

/** The shape of `notify` in a batch file: a list of those who are told. */
export const notifySchema = z
  .array(entry, { error: 'a list of maps, each with a `webhook`' })
  .superRefine((entries, context) => {
    const urls = entries.map(({ webhook }) => formatReference(webhook.url))
    for (const [index, url] of urls.entries()) {
      if (urls.indexOf(url) === index) continue
      const params = {
        sentence: `is ${url}, as that of an entry before it`,
        remedy: 'Put all that it is told under `on` of one entry.',
      }
      context.addIssue({ code: 'custom', message: '', path: [index, 'webhook', 'url'], params })
    }
  })
  .describe('Who is told of what becomes of the runs.')
