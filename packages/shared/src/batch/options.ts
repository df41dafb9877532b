import type { Place } from '../errors/index.ts'
import type { Effect, IdenticalMode, OnFailure, ParameterDeclaration, SnapshotMode } from './batch.ts'

/** A declaration with the place of its line, or where it has none, of its first use. */
export interface PlacedDeclaration {
  readonly declaration: ParameterDeclaration
  readonly place: Place
}

/** The name of a query that must have succeeded before, and where it stands. */
export interface PlacedNeed {
  readonly name: string
  readonly place: Place
}

/** What the option lines of a section or of the whole batch set; null: not said. */
export interface Options {
  database: string | null
  publish: string | null
  onFailure: OnFailure | null
  snapshot: SnapshotMode | null
  identical: IdenticalMode | null
  maxParallel: number | null
  timeoutMs: number | null
  retries: number | null
  maxRows: number | null
  maxBytes: number | null
  expectMs: number | null
  effect: Effect | null
  /** 0: `none`. */
  cacheMs: number | null
  tags: readonly string[]
  needs: readonly PlacedNeed[]
  /** By name, in the order of their lines. */
  parameters: Map<string, PlacedDeclaration>
}
