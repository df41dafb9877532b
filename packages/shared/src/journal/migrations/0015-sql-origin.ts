/** Where the SQL of a query stands, when that is not the batch file from its line and column on. */
export const sqlOrigin = `
ALTER TABLE querypool.query ADD COLUMN origin jsonb;
COMMENT ON COLUMN querypool.query.origin IS
  'Null: its SQL is that of the batch file from line and column on. Else {file, line, column, indent}: the file that has it, and how much deeper its further lines stand there; indent null: they are not lines of the file';
`
