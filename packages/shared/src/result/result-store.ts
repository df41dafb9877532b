import type { Readable } from 'node:stream'

/** Content that is being put: nobody sees it before `publish`. */
export interface Upload {
  /** Adds to the content; waits while the store takes no more. One at a time. */
  write(chunk: string | Uint8Array): Promise<void>
  /** Makes the content durable and visible under its key, in one step. */
  publish(): Promise<void>
  /** Forgets the content. Never throws; what it could not take away is left for `removeUnfinished`. */
  discard(): Promise<void>
}

/**
 * Where results are kept: content by key, each put whole and in one step. Keys are names joined by `/`; what comes before
 * the last one is called a folder here, also where the store has none.
 *
 * There are two, and one set of tests for both: `folder-store.ts` and `s3-store.ts`.
 */
export interface ResultStore {
  /** Tells stores apart: the same for everyone who uses the same one, under whatever path or URL. */
  readonly id: string
  /** The path of its folder, or its `s3://bucket/prefix`. */
  readonly location: string
  /** Where the content of a key is, for people. */
  locate(key: string): string
  /** Begins to put content of any size, in flat memory. */
  upload(key: string): Promise<Upload>
  /** Puts a whole text; durable and visible in one step. */
  putText(key: string, text: string): Promise<void>
  /** The same, unless something is there under that key. @returns whether nothing was */
  putTextOnce(key: string, text: string): Promise<boolean>
  /** The text of a key, or null when there is none. */
  getText(key: string): Promise<string | null>
  /** Whether there is a key. */
  has(key: string): Promise<boolean>
  /** Bytes of a key, from `offset`, `bytes` of them. Emits an error when the key is not there. */
  read(key: string, offset: number, bytes: number): Readable
  /** The names right below a folder (`''`: at the top), in no order; also of folders whose removal was not completed. */
  list(folder: string): AsyncIterable<string>
  /** When a folder was last changed, roughly; null: nothing is there. */
  changedAt(folder: string): Promise<Date | null>
  /** Removes a key, if it is there. */
  remove(key: string): Promise<void>
  /** Removes a folder with all that is in it, in small steps; can be given up between any two and begun again. */
  removeFolder(folder: string): AsyncIterable<void>
  /** Removes what nobody has finished to put below a folder, unless it is younger; with null all of that. In small steps. */
  removeUnfinished(folder: string, since: Date | null): AsyncIterable<void>
}

/** The key that holds the id of a store. */
export const storeIdKey = 'store.json'
