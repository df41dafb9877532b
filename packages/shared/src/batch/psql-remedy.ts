const remedies: readonly (readonly [RegExp, string])[] = [
  [/^\\copy\b/, 'Write the SELECT alone: its rows become the result of the query, as CSV with `--output`.'],
  [
    /^\\(?:set|unset|prompt|getenv)\b/,
    'Declare a parameter with `-- param: name type = default`, and give it with `--param name=value`.',
  ],
  [/^\\(?:i|ir|include|include_relative)\b/, 'Put the SQL of that file here, or run that file as a batch of its own.'],
  [/^\\(?:g|gx|gdesc|gexec|gset|crosstabview)\b/, 'End the statement with a semicolon.'],
  [/^\\;/, 'Write the semicolon alone, and a `-- name:` line above each statement.'],
  [/^\\(?:o|out|w|write)\b/, 'Remove it; `--output DIR` writes each result to a file.'],
  [/^\\(?:c|connect)\b/, 'Remove it; name the database with `-- database: name` at the top, or with `--database`.'],
  [/^\\(?:if|elif|else|endif)\b/, 'Remove it; choose queries with `--select`, or use CASE in the SQL.'],
  [/^\\(?:echo|qecho|warn)\b/, 'Make it a comment with `--`.'],
  [/^\\(?:timing|pset|x|a|t|f|H|C|T|encoding|conninfo|errverbose)\b/, 'Remove it; it only changes what psql shows.'],
  [/^\\watch\b/, 'Remove it; run the batch again when you want to.'],
  [/^\\!/, 'Remove it; run the shell command outside of the batch.'],
  [/^\\(?:q|quit)\b/, 'Remove it; remove what stands after it, too, if that is not to run.'],
  [/^\\\./, 'Remove the COPY and its data; load data with psql.'],
  [
    /^\\(?:bind|parse|sendpipeline|startpipeline|endpipeline)/,
    'Declare parameters with `-- param: name type`, and write `:name`.',
  ],
  [
    /^\\(?:d|l|z|sf|sv|dconfig)/,
    'Query pg_catalog or information_schema instead; `psql -E` shows the SQL behind the command.',
  ],
]

/** What to do about a backslash command of psql, by its text from the backslash on. */
export function psqlRemedy(command: string): string | undefined {
  return remedies.find(([pattern]) => pattern.test(command))?.[1]
}

/** A command's name with its backslash, without its arguments. */
export function psqlCommandName(command: string): string {
  return /^\\(?:[A-Za-z_]+\+?|[\s\S])?/u.exec(command)?.[0].trim() ?? '\\'
}
