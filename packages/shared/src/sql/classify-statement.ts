import type { Node } from 'libpg-query'

/**
 * What running a statement does: `read` changes nothing, `write` changes data or schema and can run in a transaction,
 * `refused` can't be a query of a batch at all. `reason` is what makes it so, to be read after "because".
 */
export type StatementClass =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }

type Fields = Readonly<Record<string, unknown>>

const transaction = 'it controls transactions, and QueryPool runs each query in one of its own'
const session = 'it only changes its session, and each query has a clean session of its own'
const cursor = 'it needs a cursor or a prepared statement of its session, and each query has a clean session of its own'
const outside = 'PostgreSQL does not run it inside of a transaction'
const copy =
  "it moves rows between the server and a file or the client; write the SELECT, and its rows become the query's result"
const code = 'what it runs cannot be told from its text'

/** Statements that no transaction of QueryPool can run or keep. */
const refusedNodes: Readonly<Record<string, string>> = {
  TransactionStmt: transaction,
  LockStmt: 'its lock would be gone when the query ends',
  VariableSetStmt: session,
  ConstraintsSetStmt: session,
  DiscardStmt: session,
  LoadStmt: session,
  ListenStmt: session,
  UnlistenStmt: session,
  PrepareStmt: cursor,
  ExecuteStmt: cursor,
  DeallocateStmt: cursor,
  DeclareCursorStmt: cursor,
  FetchStmt: cursor,
  ClosePortalStmt: cursor,
  CopyStmt: copy,
  CreatedbStmt: outside,
  DropdbStmt: outside,
  CreateTableSpaceStmt: outside,
  DropTableSpaceStmt: outside,
  AlterSystemStmt: outside,
  CheckPointStmt: 'it concerns the whole server',
}

/** Statements that are writes for another reason than that they are no SELECT. */
const writingStatements: Readonly<Record<string, string>> = { DoStmt: code, CallStmt: code }

/** What makes a SELECT more than a read, wherever in it that stands. */
const writingNodes: Readonly<Record<string, string>> = {
  InsertStmt: 'it contains an INSERT',
  UpdateStmt: 'it contains an UPDATE',
  DeleteStmt: 'it contains a DELETE',
  MergeStmt: 'it contains a MERGE',
  intoClause: 'SELECT INTO creates a table',
  lockingClause: 'FOR UPDATE and FOR SHARE lock rows, which a READ ONLY transaction may not',
}

/** The class of a statement by its parse tree, the node under `stmt` as libpg-query gives it. */
export function classifyStatement(tree: Node): StatementClass {
  const [kind = '', fields = {}] = (Object.entries(tree)[0] ?? []) as [string?, Fields?]
  const refused = refusedNodes[kind] ?? refusedByOption(kind, fields)
  if (refused !== null && refused !== undefined) return { kind: 'refused', reason: refused }
  if (kind === 'VariableShowStmt') return { kind: 'read' }
  if (kind === 'ExplainStmt') return classifyExplained(fields.query)
  if (kind !== 'SelectStmt') {
    return { kind: 'write', reason: writingStatements[kind] ?? 'it is neither SELECT, VALUES, TABLE, SHOW nor EXPLAIN' }
  }
  const reason = writingPart(tree)
  return reason === null ? { kind: 'read' } : { kind: 'write', reason }
}

function classifyExplained(query: unknown): StatementClass {
  const explained = classifyStatement((query ?? {}) as Node)
  return explained.kind === 'read'
    ? explained
    : { kind: explained.kind, reason: `of what it explains: ${explained.reason}` }
}

/** Why a statement that mostly runs in a transaction does not with the options that it has. */
function refusedByOption(kind: string, fields: Fields): string | null {
  if (kind === 'VacuumStmt') return fields.is_vacuumcmd === true ? outside : null
  if (kind === 'IndexStmt' || kind === 'DropStmt') return fields.concurrent === true ? outside : null
  if (kind === 'ReindexStmt') {
    const isWide = fields.kind !== 'REINDEX_OBJECT_INDEX' && fields.kind !== 'REINDEX_OBJECT_TABLE'
    return isWide || JSON.stringify(fields.params ?? null).includes('"concurrently"') ? outside : null
  }
  if (kind === 'AlterTableStmt')
    return JSON.stringify(fields.cmds ?? null).includes('"concurrent":true') ? outside : null
  if (kind === 'AlterDatabaseStmt')
    return JSON.stringify(fields.options ?? null).includes('"tablespace"') ? outside : null
  if (kind === 'ClusterStmt') return fields.relation === undefined ? outside : null
  return null
}

/** The first part of a tree that writes. Not recursive: a tree may be deeper than the stack. */
function writingPart(tree: Node): string | null {
  const open: unknown[] = [tree]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const [key, child] of Object.entries(value)) {
      const reason = Array.isArray(value) ? undefined : writingNodes[key]
      if (reason !== undefined) return reason
      open.push(child)
    }
  }
  return null
}
