/**
 * One error that a person can meet. `means` says what happened, in general words (an instance adds the particulars),
 * `remedy` what to do about it; both also stand in docs/errors.md, which a test compares with the catalogue.
 * `exitStatus` is that of a command which ends because of it: 1 the run ended with failures, 2 wrong usage or definition,
 * 3 a service cannot be reached, 4 cancelled.
 */
export interface CatalogueEntry {
  readonly means: string
  readonly remedy: string
  readonly exitStatus: 1 | 2 | 3 | 4
}
