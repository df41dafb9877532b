import { Redis, type RedisOptions } from 'ioredis'

type Options = Omit<RedisOptions, 'replyMapping'>

/**
 * A connection that also ends while its server is away. With ioredis 6.0.0, `quit` would wait for the server, and `disconnect`
 * would only forget to connect again: nobody is told that it has ended, what it was asked for is never refused, and a worker
 * of BullMQ that is closed waits for ever.
 */
export class EndingRedis extends Redis {
  readonly #retry: Options['retryStrategy']
  #hasQuit = false

  constructor(url: string | null, options: Options) {
    const retryStrategy = (times: number) => (this.#hasQuit ? null : options.retryStrategy?.(times))
    const own: Options = { ...options, retryStrategy }
    if (url === null) super(own)
    else super(url, own)
    this.#retry = options.retryStrategy
  }

  override disconnect(reconnect = false): void {
    // One that was never begun is ended properly.
    if (!reconnect && this.status === 'reconnecting') this.status = 'wait'
    super.disconnect(reconnect)
  }

  override async quit(): Promise<'OK'> {
    this.#hasQuit = true
    if (this.status !== 'reconnecting') return super.quit()
    this.disconnect()
    return 'OK'
  }

  override duplicate(override: Options = {}): Redis {
    const options: Options = { ...this.options, retryStrategy: this.#retry, ...override }
    return new EndingRedis(null, options)
  }
}
