import type { CatalogueEntry } from './catalogue-entry.ts'

/** Faults of batch files: what a person wrote there, or gave with one, that cannot be run. */
export const batchErrors = {
  QP_FILE_NOT_FOUND: {
    means: 'There is no file at that path.',
    remedy: 'Check the path; it is taken relative to the folder you are in.',
    exitStatus: 2,
  },
  QP_FILE_IS_FOLDER: {
    means: 'The path is that of a folder.',
    remedy: 'Name one batch file in it.',
    exitStatus: 2,
  },
  QP_FILE_UNREADABLE: {
    means: 'The system does not let the file be read.',
    remedy: 'Check the permissions of the file and of the folders above it.',
    exitStatus: 2,
  },
  QP_BATCH_TOO_LARGE: {
    means: 'A batch file in YAML is larger than one may be.',
    remedy: 'Put SQL into files of its own, with `file`; or write the batch as a `.sql` file, which may have any size.',
    exitStatus: 2,
  },
  QP_BATCH_SYNTAX: {
    means: 'A batch file with the ending .yaml or .yml is not YAML, or uses a part of YAML that has no place in it.',
    remedy: 'Correct that line, or the one before it; docs/batch-files.md has an example.',
    exitStatus: 2,
  },
  QP_BATCH_KEY: {
    means: 'A key in a batch file in YAML is not one, stands there twice, or is missing.',
    remedy: 'See docs/batch-files.md for all keys.',
    exitStatus: 2,
  },
  QP_BATCH_VALUE: {
    means: 'A value in a batch file in YAML is not one that its key can have.',
    remedy: 'See docs/batch-files.md for the values of each key.',
    exitStatus: 2,
  },
  QP_MATRIX: {
    means: 'The matrix of a query cannot be made into queries as it is written.',
    remedy: 'See docs/batch-files.md for what a matrix, `include` and `exclude` mean.',
    exitStatus: 2,
  },
  QP_MATRIX_TOO_LARGE: {
    means: 'The matrix of a query has more combinations than a batch file in YAML may have queries.',
    remedy: 'Leave out values, or submit the queries by a program: see docs/client.md.',
    exitStatus: 2,
  },
  QP_SQL_FILE: {
    means: 'A file of SQL that a batch file names cannot be read, or lies where it may not.',
    remedy: 'Check the path; it is taken relative to the folder of the batch file.',
    exitStatus: 2,
  },
  QP_QUERY_TOO_LARGE: {
    means: 'One query of the file is larger than a query may be; the file itself may have any size.',
    remedy: 'If it is data, load it into a table first; else look whether a quote or comment in it is not closed.',
    exitStatus: 2,
  },
  QP_NOT_UTF8: {
    means: 'The file has bytes that are not UTF-8.',
    remedy: 'Save the file as UTF-8.',
    exitStatus: 2,
  },
  QP_NUL_BYTE: {
    means: 'There is a NUL byte, which PostgreSQL takes in no text.',
    remedy: "Remove it; in SQL, write binary values as in `'\\x00'::bytea`.",
    exitStatus: 2,
  },
  QP_NO_STATEMENT: {
    means: 'A file or a section of it has no SQL statement.',
    remedy: 'Write one SQL statement under each `-- name:` line.',
    exitStatus: 2,
  },
  QP_NAME_INVALID: {
    means: 'The name of a query is not an identifier.',
    remedy: 'Use up to 63 of the letters a to z and A to Z, digits and `_`, and no digit first.',
    exitStatus: 2,
  },
  QP_NAME_TWICE: {
    means: 'Two queries of a batch have one name.',
    remedy: 'Give each query a name of its own, which differs in more than case: results are files of that name.',
    exitStatus: 2,
  },
  QP_SQL_BEFORE_NAME: {
    means: 'There is SQL before the first `-- name:` line of a file that has such lines.',
    remedy: 'Put a `-- name: some_name` line above it.',
    exitStatus: 2,
  },
  QP_SEVERAL_STATEMENTS: {
    means: 'A section has more than one statement.',
    remedy: 'Put a `-- name: some_name` line above each statement.',
    exitStatus: 2,
  },
  QP_SQL_SYNTAX: {
    means: "PostgreSQL's parser does not accept the SQL.",
    remedy: 'Correct the SQL at that place, or shortly before it.',
    exitStatus: 2,
  },
  QP_PSQL_COMMAND: {
    means: 'There is a backslash command of psql, which only psql itself can carry out.',
    remedy: 'Remove the command.',
    exitStatus: 2,
  },
  QP_OPTION_UNKNOWN: {
    means: 'A comment line is close to an option, but is not one.',
    remedy: 'Correct the key; or if it is an ordinary comment, put another word before the colon.',
    exitStatus: 2,
  },
  QP_OPTION_VALUE: {
    means: 'The value of an option is not one that it can have.',
    remedy: 'See docs/batch-files.md for the values of each option.',
    exitStatus: 2,
  },
  QP_OPTION_TWICE: {
    means: 'An option is given twice.',
    remedy: 'Remove one of the two lines.',
    exitStatus: 2,
  },
  QP_OPTION_MISPLACED: {
    means: 'An option stands where it cannot be set.',
    remedy: 'Move the line.',
    exitStatus: 2,
  },
  QP_CACHE_WRITES: {
    means: 'A query that writes has `cache`, but what it changes is to be changed in each run.',
    remedy: 'Remove `cache` from the query. That of the batch is for its reads only.',
    exitStatus: 2,
  },
  QP_CACHE_NEEDS: {
    means: 'A query that needs others has `cache`, but a result from before they ran may be from other data.',
    remedy: 'Remove `cache` from the query, or its needs. The `cache` of the batch is for queries that need none.',
    exitStatus: 2,
  },
  QP_NEED_UNKNOWN: {
    means:
      'A query needs one that its batch does not have, or in an iterable of a program, that has not come before it.',
    remedy: 'Check the name; upper and lower case differ.',
    exitStatus: 2,
  },
  QP_NEED_SELF: {
    means: 'A query needs itself, so it could never begin.',
    remedy: 'Remove its name from its needs.',
    exitStatus: 2,
  },
  QP_NEED_TWICE: {
    means: 'A query needs another one twice.',
    remedy: 'Name it once.',
    exitStatus: 2,
  },
  QP_NEED_CYCLE: {
    means: 'Queries need each other in a circle, so none of them could ever begin.',
    remedy: 'Remove one of these needs.',
    exitStatus: 2,
  },
  QP_STATEMENT_NOT_READ: {
    means: 'A query with the effect `read` has a statement that writes.',
    remedy:
      'Make it a SELECT, VALUES, TABLE, SHOW or EXPLAIN that changes nothing; or if it is to write, say so with `effect: write`.',
    exitStatus: 2,
  },
  QP_STATEMENT_REFUSED: {
    means: 'A statement is of a kind that cannot be a query of a batch.',
    remedy: 'Remove it from the batch.',
    exitStatus: 2,
  },
  QP_PARAM_SYNTAX: {
    means: 'The declaration of a parameter cannot be read.',
    remedy: 'Write `-- param: name type`, or `-- param: name type = default`.',
    exitStatus: 2,
  },
  QP_PARAM_TYPE: {
    means: 'The type of a parameter is not written as PostgreSQL takes it in a cast.',
    remedy:
      'Write a type such as `date`, `int`, `text`, `numeric(12,2)`, `timestamp with time zone`, `text[]` or `schema.type`.',
    exitStatus: 2,
  },
  QP_PARAM_TWICE: {
    means: 'A parameter is declared twice in one place.',
    remedy: 'Remove one of the two lines.',
    exitStatus: 2,
  },
  QP_PARAM_UNDECLARED: {
    means: 'A query uses a parameter that neither it nor its batch declares.',
    remedy: 'Declare it with `-- param: name type` under the `-- name:` line.',
    exitStatus: 2,
  },
  QP_PARAM_UNUSED: {
    means: 'A parameter is declared but used nowhere.',
    remedy: 'Remove the declaration, or use the parameter.',
    exitStatus: 2,
  },
  QP_PARAM_NUMBERED: {
    means: 'A query uses a numbered parameter.',
    remedy: 'Declare a parameter with a name, `-- param: day date`, and write `:day`.',
    exitStatus: 2,
  },
  QP_PARAM_MISSING: {
    means: 'A parameter without a default was not given a value.',
    remedy: 'Give it with `--param name=value`, or declare a default with `= value`.',
    exitStatus: 2,
  },
  QP_PARAM_UNKNOWN: {
    means: 'A value was given for a parameter that no query of the batch declares.',
    remedy: 'Check the name.',
    exitStatus: 2,
  },
  QP_PARAM_VALUE: {
    means: 'PostgreSQL would not take the value as one of the type of the parameter.',
    remedy: 'Write the value as PostgreSQL reads that type from text.',
    exitStatus: 2,
  },
  QP_SELECT_UNKNOWN: {
    means: 'No query of the batch has the name or the tag that is selected.',
    remedy: 'Check the name; write `tag:` before a tag.',
    exitStatus: 2,
  },
  QP_MORE_FAULTS: {
    means: 'There are more faults than are shown.',
    remedy: 'Correct the ones shown, and try again.',
    exitStatus: 2,
  },
} as const satisfies Record<`QP_${string}`, CatalogueEntry>
