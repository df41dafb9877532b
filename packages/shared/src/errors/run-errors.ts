import type { CatalogueEntry } from './catalogue-entry.ts'

/** What can happen to a run, a query or the services that they need. */
export const runErrors = {
  QP_CANCELLED: {
    means: 'The query was cancelled because its run was.',
    remedy: 'Start the batch again when you want its results.',
    exitStatus: 4,
  },
  QP_CANCEL_WAITS: {
    means: 'Queries of a cancelled run have not ended in the database yet although they were told to.',
    remedy:
      'Wait: after 5 seconds their sessions are ended. A server process that ignores that too needs the administrator of its server.',
    exitStatus: 1,
  },
  QP_CANCEL_UNCONFIRMED: {
    means: 'A run was cancelled with --force: nobody has seen that nothing of it runs in its database any more.',
    remedy:
      'Look there for sessions whose application_name begins with `qp:`; the event of the run says what was amiss.',
    exitStatus: 4,
  },
  QP_CANCEL_CONFIRMED: {
    means: 'An overseer has seen that nothing is left in the database of a run that was cancelled with --force.',
    remedy: 'Nothing.',
    exitStatus: 4,
  },
  QP_STOPPED: {
    means: 'Another query of the run failed, and the run is to stop then: `onFailure: stop`.',
    remedy: 'See why that query failed; then run the batch again.',
    exitStatus: 1,
  },
  QP_CANCELLED_IN_DATABASE: {
    means: 'Somebody other than QueryPool cancelled the statement in the database.',
    remedy: 'Ask the administrators of the database; a statement_timeout of its role can be the reason too.',
    exitStatus: 1,
  },
  QP_QUERY_TIMEOUT: {
    means: 'The query ran longer than its timeout and was cancelled in the database.',
    remedy: 'Give it more time with `-- timeout:`, or make it faster.',
    exitStatus: 1,
  },
  QP_SQL_ERROR: {
    means: 'PostgreSQL refused the statement or failed to execute it.',
    remedy:
      'The SQLSTATE says which kind of error it is: https://www.postgresql.org/docs/current/errcodes-appendix.html',
    exitStatus: 1,
  },
  QP_CONNECTION_LOST: {
    means: 'The connection to the database ended while the query was running.',
    remedy: 'See whether the server was restarted or the network was cut, then run the batch again.',
    exitStatus: 1,
  },
  QP_RESULT_TOO_LARGE: {
    means: 'The rows of the query are more bytes than it may give: the message names the limit and where it was set.',
    remedy:
      'Select less, or raise that limit: `-- maxBytes:` of the query or its batch, `maxBytes` in a program, or `limits.maxResultBytes` in querypool.yaml.',
    exitStatus: 1,
  },
  QP_RESULT_TOO_MANY_ROWS: {
    means: 'The query gives more rows than its `maxRows` allows. It was cancelled in the database, and has no result.',
    remedy: 'Select less, or raise `-- maxRows:` of the query or its batch, or `maxRows` in a program.',
    exitStatus: 1,
  },
  QP_INPUT_LOST: {
    means:
      'A program that was still adding queries to its run ended, or its list of queries failed: the run is cancelled.',
    remedy: 'Submit the queries again. What had a result keeps it.',
    exitStatus: 4,
  },
  QP_NO_OVERSEER: {
    means: 'A run waits, because no overseer of the installation is running.',
    remedy: 'Start one: `querypool serve`, with the same journal.',
    exitStatus: 3,
  },
  QP_WORKER_LOST: {
    means: 'The worker that ran the query died or was cut off.',
    remedy:
      'The query is tried again by itself, three times at most; one that takes down each worker needs a look: its memory?',
    exitStatus: 1,
  },
  QP_WORKER_SILENT: {
    means: 'The worker of a running query had said nothing for a while, so what it ran was ended in the database.',
    remedy:
      'Nothing: the query is run again. See why the worker stood still or was cut off from Redis; `timing.silentWorker` says for how long it may be.',
    exitStatus: 1,
  },
  QP_BACKEND_LEFT: {
    means: 'A session in the database still worked for a query that had been settled, and was ended.',
    remedy: 'Nothing; if it comes often, see whether workers stand still for long.',
    exitStatus: 1,
  },
  QP_JOBS_REMOVED: {
    means: 'Redis had jobs of a run that were none of what was left to do; they were removed.',
    remedy: 'Nothing; but see whether an old state of Redis was restored.',
    exitStatus: 1,
  },
  QP_ATTEMPT_GIVEN_BACK: {
    means: 'A worker that was asked to stop gave the query back; another takes it.',
    remedy: 'Nothing: this does not count against its retries.',
    exitStatus: 1,
  },
  QP_RETRIED: {
    means: 'A query failed for a cause that can pass and is tried again.',
    remedy: 'Nothing, unless it comes often: then look for the cause that the message names.',
    exitStatus: 1,
  },
  QP_RUN_DISPATCHED_AGAIN: {
    means: 'Redis lacked something of a run that is in the journal: it was made again, or done without Redis.',
    remedy: 'Nothing; but see whether Redis was restarted without its data.',
    exitStatus: 1,
  },
  QP_OVERSEER_RESTARTED: {
    means: 'The overseer of the run had died and was started again.',
    remedy: 'Nothing: the run goes on where it was.',
    exitStatus: 1,
  },
  QP_OVERSEER_START: {
    means: 'The overseer of a private run ended before it was ready.',
    remedy: 'See whether Redis, the journal and the database can be reached: `querypool doctor --database URL`.',
    exitStatus: 3,
  },
  QP_RUN_ABANDONED: {
    means: 'The run is not over, but the processes that worked for it are gone.',
    remedy: 'Take it up again with the same `querypool run … --key`, or end it with `querypool cancel --force`.',
    exitStatus: 1,
  },
  QP_RUN_NOT_FOUND: {
    means: 'The journal knows no such run.',
    remedy: 'See `querypool runs`; QUERYPOOL_HOME and QUERYPOOL_JOURNAL_URL say which journal is asked.',
    exitStatus: 2,
  },
  QP_RUN_OVER: {
    means: 'The run is over; its state does not change any more.',
    remedy: 'See `querypool status` for what it came to.',
    exitStatus: 2,
  },
  QP_RUN_NOT_OVER: {
    means: 'The run is not over, so it cannot be retried: what failed may still be tried again by itself.',
    remedy: 'Wait for it with `querypool status RUN --watch`, or cancel it first.',
    exitStatus: 2,
  },
  QP_NOTHING_TO_RETRY: {
    means: 'All queries of the run have succeeded, so there is nothing to run again.',
    remedy: 'Start the batch again when you want new rows: `querypool run`.',
    exitStatus: 2,
  },
  QP_RETRY_DATABASE: {
    means: 'A run can only be retried on the database on which it ran.',
    remedy: 'Add --database with its URL, for URLs are not stored; to run the batch elsewhere, start it there.',
    exitStatus: 2,
  },
  QP_RUN_RETRIED: {
    means: 'Somebody had what did not succeed run again, in a new generation of the run.',
    remedy: 'Nothing: `querypool status RUN --generation N` shows what came before.',
    exitStatus: 1,
  },
  QP_GENERATION_NOT_FOUND: {
    means: 'The run has no such generation.',
    remedy: 'See `querypool status RUN` for those that it has.',
    exitStatus: 2,
  },
  QP_QUERY_NOT_FOUND: {
    means: 'The run has no query of that name.',
    remedy: 'See `querypool status` for the names of its queries.',
    exitStatus: 2,
  },
  QP_NO_RESULT: {
    means: 'The query has no rows to show: it did not succeed, or has not yet.',
    remedy: 'See `querypool status` for its state.',
    exitStatus: 1,
  },
  QP_NOT_IN_FORMAT: {
    means: 'The rows of a result cannot be written in the format that was asked for: it has no place for them.',
    remedy: 'Take another format, such as csv, which holds everything; docs/formats.md says what each can hold.',
    exitStatus: 1,
  },
  QP_RESULT_DAMAGED: {
    means: 'The rows of a result are missing in the store, or are not those that the journal vouches for.',
    remedy: 'Restore the store from a backup, or run the batch again.',
    exitStatus: 1,
  },
  QP_DATABASE_URL: {
    means: 'A database URL is malformed.',
    remedy:
      'Write postgres://user:password@host:port/database; characters such as @ and / in the password as %40 and %2F.',
    exitStatus: 2,
  },
  QP_DATABASE_UNREACHABLE: {
    means: 'The target database does not answer or does not let us in.',
    remedy: 'Check address, user and password, that the server runs, and that its pg_hba.conf lets this machine in.',
    exitStatus: 3,
  },
  QP_JOURNAL_UNREACHABLE: {
    means: 'The journal, a PostgreSQL database, does not answer or does not let us in.',
    remedy: 'Check QUERYPOOL_JOURNAL_URL; without it, an embedded PostgreSQL keeps the journal.',
    exitStatus: 3,
  },
  QP_JOURNAL_NEWER: {
    means: 'The journal belongs to a newer QueryPool than this program.',
    remedy: 'Install the newer version here too; a journal cannot be taken back to an older one.',
    exitStatus: 3,
  },
  QP_REDIS_UNREACHABLE: {
    means: 'Redis does not answer or does not let us in.',
    remedy: 'Check REDIS_URL and that the server runs; without it, an embedded Redis is used.',
    exitStatus: 3,
  },
  QP_REDIS_REFUSES: {
    means: 'Redis answers, but does not let us write or run scripts.',
    remedy:
      'Give the user of REDIS_URL all keys and commands; see that the server is no replica and has memory and disk left.',
    exitStatus: 3,
  },
  QP_REDIS_URL: {
    means: 'REDIS_URL is malformed.',
    remedy: 'Write redis://user:password@host:port or rediss:// for TLS.',
    exitStatus: 2,
  },
  QP_JOB_UNKNOWN_VERSION: {
    means: 'A worker met a job of a version that it does not understand.',
    remedy: 'Run the same version of QueryPool everywhere.',
    exitStatus: 1,
  },
  QP_INTERNAL: {
    means: 'QueryPool did something that it should not: a fault of the program.',
    remedy: 'Please report it, with the message and the log.',
    exitStatus: 1,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
