import { cutCommitting, cutLink, silenceLink } from './break-link.ts'
import type { FaultName, Strike } from './fault.ts'
import { fillDisk } from './fill-disk.ts'
import { fillRedis } from './fill-redis.ts'
import { freezeDispatching } from './freeze-dispatching.ts'
import { freezeOne, freezeWorkers } from './freeze-programs.ts'
import { killCommand, killCommitting, killDispatching, killOne, killWorkers } from './kill-programs.ts'
import { flushRedis, restartRedis, restoreRedis, wipeRedis } from './lose-redis.ts'
import { cancelRun, retryRun } from './order-run.ts'
import { crashCommitting, restartPostgres } from './restart-postgres.ts'
import { stopOne } from './stop-program.ts'
import { freezeHolder, killHolder, killHolders } from './strike-holders.ts'

/** What each fault does. */
export const strikes: Readonly<Record<FaultName, Strike>> = {
  'kill-worker': killOne('worker'),
  'kill-workers': killWorkers,
  'kill-overseer': killOne('overseer'),
  'kill-dispatching': killDispatching,
  'kill-command': killCommand,
  'freeze-worker': freezeOne('worker'),
  'freeze-workers': freezeWorkers,
  'freeze-overseer': freezeOne('overseer'),
  'freeze-dispatching': freezeDispatching,
  'kill-holder': killHolder,
  'kill-holders': killHolders,
  'freeze-holder': freezeHolder,
  'stop-worker': stopOne('worker'),
  'stop-overseer': stopOne('overseer'),
  'flush-redis': flushRedis,
  'restart-redis': restartRedis,
  'wipe-redis': wipeRedis,
  'restore-redis': restoreRedis,
  'fill-redis': fillRedis,
  'restart-target': restartPostgres('target', 'stop'),
  'crash-target': restartPostgres('target', 'crash'),
  'restart-journal': restartPostgres('journal', 'stop'),
  'crash-journal': restartPostgres('journal', 'crash'),
  'cut-link': cutLink,
  'silence-link': silenceLink,
  'kill-committing': killCommitting,
  'cut-committing': cutCommitting,
  'crash-committing': crashCommitting,
  'fill-disk': fillDisk,
  'cancel-run': cancelRun,
  'retry-run': retryRun,
}
