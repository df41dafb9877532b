export { classifyStatement, type StatementClass } from './classify-statement.ts'
export { type ParsedStatement, parseStatements } from './parse-statements.ts'
export { type SqlToken, type SqlTokenKind, scanSql } from './scan-sql.ts'
export { type ColonName, type Span, type SplitText, type StatementSpan, splitStatements } from './split-statements.ts'
