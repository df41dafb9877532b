import { batchErrors } from './batch-errors.ts'
import { configErrors } from './config-errors.ts'
import { dashboardErrors } from './dashboard-errors.ts'
import { ledgerErrors } from './ledger-errors.ts'
import { localErrors } from './local-errors.ts'
import { needErrors } from './need-errors.ts'
import { notifyErrors } from './notify-errors.ts'
import { runErrors } from './run-errors.ts'
import { scheduleErrors } from './schedule-errors.ts'
import { snapshotErrors } from './snapshot-errors.ts'
import { storeErrors } from './store-errors.ts'
import { usageErrors } from './usage-errors.ts'
import { waitingReasons } from './waiting-reasons.ts'

/** Every error of QueryPool by its code, one file per part of the product. */
export const catalogue = {
  ...usageErrors,
  ...batchErrors,
  ...needErrors,
  ...configErrors,
  ...runErrors,
  ...notifyErrors,
  ...storeErrors,
  ...ledgerErrors,
  ...snapshotErrors,
  ...scheduleErrors,
  ...localErrors,
  ...waitingReasons,
  ...dashboardErrors,
} as const

/** The code of an error, as printed, stored and documented: `QP_…`. */
export type ErrorCode = keyof typeof catalogue
