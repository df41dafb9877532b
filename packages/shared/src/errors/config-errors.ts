import type { CatalogueEntry } from './catalogue-entry.ts'

/** Faults of the configuration file, and of the secrets that it refers to. */
export const configErrors = {
  QP_CONFIG_FILE: {
    means: 'The configuration file is not there or cannot be read.',
    remedy:
      'Check the path in QUERYPOOL_CONFIG, and that the file may be read; it is taken relative to the folder you are in.',
    exitStatus: 2,
  },
  QP_CONFIG_SYNTAX: {
    means: 'The configuration file is not YAML, or uses a part of YAML that has no place in it.',
    remedy: 'Correct that line, or the one before it; docs/configuration.md has an example.',
    exitStatus: 2,
  },
  QP_CONFIG_KEY: {
    means: 'A key in the configuration file is not one, stands there twice, or is missing.',
    remedy: 'See docs/configuration.md for all keys.',
    exitStatus: 2,
  },
  QP_CONFIG_VALUE: {
    means: 'A value in the configuration file is not one that its key can have.',
    remedy: 'See docs/configuration.md for the values of each key.',
    exitStatus: 2,
  },
  QP_SECRET_UNREADABLE: {
    means: 'A secret that the configuration refers to cannot be read, or is not what it has to be.',
    remedy: 'Set the environment variable or provide the file that the message names, for this process and its user.',
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
