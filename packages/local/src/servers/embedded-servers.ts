/** Where the embedded servers of a home are. Both URLs hold passwords: they never go into logs, argv, jobs or pages. */
export interface EmbeddedServers {
  /** URL of the journal's database, as its superuser. */
  readonly postgresUrl: string
  readonly redisUrl: string
  readonly home: string
}
