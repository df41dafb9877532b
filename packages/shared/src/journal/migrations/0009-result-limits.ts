/** How large the result of a query may be. */
export const resultLimits = `
-- Null: any number, as far as the query itself says.
ALTER TABLE querypool.query ADD COLUMN max_rows bigint, ADD COLUMN max_bytes bigint;
`
