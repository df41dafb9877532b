import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can happen to notifications. None of it changes how a run ends. */
export const notifyErrors = {
  QP_NOTIFIED: {
    means: 'The webhook of a batch was told of a run, and has answered that it knows.',
    remedy: 'Nothing.',
    exitStatus: 1,
  },
  QP_NOTIFY_FAILED: {
    means: 'The webhook of a batch could not be told of a run in any attempt of about a day.',
    remedy: 'Correct what the last attempt said, and tell those who wait for it yourself: it is not tried again.',
    exitStatus: 1,
  },
  QP_NOTIFY_URL: {
    means: 'What a `url` under `notify` refers to is no URL that a notification may go to.',
    remedy: 'Use one with https://, or name its host in `notify.allowPrivate` of querypool.yaml for http://.',
    exitStatus: 1,
  },
  QP_NOTIFY_ADDRESS: {
    means:
      'The host of a webhook has only addresses that are not public, such as private ones or those of this machine.',
    remedy: 'If it is yours, name the host or the network in `notify.allowPrivate` of querypool.yaml.',
    exitStatus: 1,
  },
  QP_NOTIFY_UNREACHABLE: {
    means: 'A webhook could not be connected to, or did not answer in 10 s.',
    remedy: 'See whether its server runs, and can be reached from where the overseers are. It is tried again.',
    exitStatus: 1,
  },
  QP_NOTIFY_STATUS: {
    means: 'A webhook answered with a status that is not from 200 to 299. Redirects are not followed.',
    remedy: 'Ask whose server it is, and see that the URL and the secret are right. It is tried again.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
