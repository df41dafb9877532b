import { z } from 'zod'
import { isAllowable } from '../notify/allowed-address.ts'
import { text } from '../yaml/value-shapes.ts'

const place = text(
  'a host, an address, or a network such as 10.1.0.0/16',
  '^[A-Za-z0-9_.:-]+(/[0-9]{1,3})?$',
  (written) => (isAllowable(written) ? written : undefined),
)

/** The shape of `notify`: where notifications may go. */
export const notify = z
  .strictObject(
    {
      allowPrivate: z
        .array(place, { error: 'a list of hosts, addresses and networks' })
        .optional()
        .describe(
          'Hosts, addresses and networks that notifications may go to although they are not public. Only there may they go unencrypted. None: no such place.',
        ),
    },
    { error: 'a map of keys' },
  )
  .describe('Where notifications may go.')
