// PostgreSQL's statement_timeout and Node's timers both end here: some 24 days.
/** The longest duration that an option can have. */
export const maxDurationMs = 2 ** 31 - 1

/** How often a query may be tried again at the most. */
export const maxRetries = 20

/** The largest `maxRows`. */
export const mostRows = 10 ** 15

/** The largest `maxBytes`: a thousand TB. */
export const mostBytes = 10 ** 15

/** The largest `maxParallel`. */
export const mostParallel = 10_000

/** What a tag is. */
export const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/
