/** Which write: one query of a run. Neither its generation nor its attempt: whichever comes first applies it. */
export interface WriteId {
  readonly installation: string
  readonly run: string
  readonly position: number
}
