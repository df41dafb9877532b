/** The snapshot that the queries of a generation share, as people see it. Null until it was taken. */
export interface SnapshotView {
  /** The name under which it was exported first. */
  readonly id: string | null
  /** Where the server's log was when it was taken. */
  readonly lsn: string | null
  /** ISO 8601, as releasedAt. */
  readonly takenAt: string | null
  /** How many processes hold it now. */
  readonly holders: number
  /** When it was seen that nothing holds it any more. */
  readonly releasedAt: string | null
}

/** An expression for the snapshot of a generation, NULL where its queries share none. */
export function snapshotColumn(run: string, generation: string): string {
  return `(SELECT jsonb_build_object('id', s.id, 'lsn', s.lsn, 'takenAt', s.taken_at, 'holders',
      (SELECT count(*) FROM querypool.snapshot_holder h WHERE h.run = s.run AND h.generation = s.generation),
      'releasedAt', s.released_at)
    FROM querypool.snapshot s WHERE s.run = ${run} AND s.generation = ${generation})`
}
