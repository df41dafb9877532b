/**
 * Ends a subquery that is to be asked for each row by its key, and not to be joined: of a run that has just come the planner
 * takes it that it has a row or none, and may read all of its rows each time.
 * https://www.postgresql.org/docs/current/queries-limit.html
 */
export const oneByOne = 'OFFSET 0'
