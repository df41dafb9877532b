import type { BoundQuery, IdenticalMode, OnFailure, SnapshotMode } from '@querypool/shared/batch'
import type { ResolvedDatabase } from '@querypool/shared/config'
import type { NotifyDefinition } from '@querypool/shared/notify'

/** What a person wants to have run. */
export interface Wanted {
  readonly batch: string
  readonly file: string
  readonly queries: AsyncIterable<BoundQuery>
  /** The same key gives the same run; null: none. */
  readonly key: string | null
  readonly publish: string | null
  readonly onFailure: OnFailure
  readonly snapshot: SnapshotMode
  readonly identical: IdenticalMode
  /** How many queries of the run may run at once; null: as many as there are slots. */
  readonly maxParallel: number | null
  /** Whether queries with `cache` take results of runs before. */
  readonly takesCached: boolean
  readonly notify: readonly NotifyDefinition[]
  /** How long the run is kept after its end, in ms; null: as overseers keep runs. */
  readonly keepMs: number | null
  /** The database by its name in the configuration, or by its address. */
  readonly databaseName: string
}

/** What the processes of a private run need. */
export interface PrivateMeans {
  readonly database: ResolvedDatabase
  /** How many queries may run at once. */
  readonly workers: number
  /** How many bytes the rows of one query may have; null: any number. */
  readonly maxResultBytes: number | null
  /** Hosts, addresses and networks that may be told of the run although they are not public. */
  readonly allowPrivate: readonly string[]
}

/** What a person wants to have run privately. */
export interface WantedPrivately extends Wanted, PrivateMeans {}
