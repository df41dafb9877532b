import type { CatalogueEntry } from './catalogue-entry.ts'

const makeOne = 'Make one with `openssl rand -hex 24`'

/** Faults of how the dashboard is set up. */
export const dashboardErrors = {
  QP_DASHBOARD_OPEN: {
    means: 'The dashboard would be open to everybody who can reach the host that it was told to listen on.',
    remedy: `${makeOne}, and put it into QUERYPOOL_DASHBOARD_TOKEN or a file that QUERYPOOL_DASHBOARD_TOKEN_FILE names; or listen on 127.0.0.1.`,
    exitStatus: 2,
  },
  QP_DASHBOARD_TOKEN: {
    means:
      'The token of the dashboard is none: it is too short, has characters that it cannot have, or stands in two places.',
    remedy: `${makeOne}: 16 characters or more, no spaces. Set QUERYPOOL_DASHBOARD_TOKEN or QUERYPOOL_DASHBOARD_TOKEN_FILE, not both.`,
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
