import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseDuration } from '@querypool/shared/duration'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../packages/shared/src/config/index.ts'

interface Service {
  readonly image: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly restart?: string
  readonly container_name?: string
  readonly user?: string
  readonly ports?: readonly string[]
  readonly secrets?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly configs?: readonly { source: string; target: string }[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly stop_grace_period?: string
  readonly depends_on?: Readonly<Record<string, { condition: string }>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, { file: string }>>
  readonly configs: Readonly<Record<string, { file: string }>>
}

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFile(join(root, path), 'utf8')
const compose = parse(await read('docker-compose.yml'), { merge: true }) as Compose
const dockerfile = await read('Dockerfile')
const services = Object.entries(compose.services)
const own = services.filter(([, service]) => service.build !== undefined)
const run = promisify(execFile)

describe('the compose file', () => {
  test('has journal, Redis, overseer, workers and dashboard', () => {
    expect(services.map(([name]) => name)).toEqual(['postgres', 'redis', 'producer', 'worker', 'dashboard'])
  })

  test.each(services)('%s is looked after: its health, its restart, its end', (_name, service) => {
    expect(service.healthcheck?.test[0]).toMatch(/^CMD/)
    expect(service.restart).toBe('unless-stopped')
    expect(service.stop_grace_period).toMatch(/^\d+s$/)
  })

  test.each(services)('%s is of an image whose version is told', (_name, { image }) => {
    expect(image).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/)
  })

  test.each(services)('%s is published on 127.0.0.1 only, and not at all where several may run', (name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    if (name === 'worker' || name === 'producer') expect(service.ports).toBeUndefined()
    expect(service.container_name).toBeUndefined()
  })

  test.each(services)('%s names only secrets, volumes, files and services that are there', (_name, service) => {
    for (const name of service.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(name)
    for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0])
    for (const { source } of service.configs ?? []) expect(Object.keys(compose.configs)).toContain(source)
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(compose.services[name]?.healthcheck).toBeDefined()
      expect(condition).toBe('service_healthy')
    }
  })

  test.each(services)('%s gets passwords by file, each from a secret that it has', (_name, service) => {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      expect(value).not.toContain('://')
      if (/PASSWORD|TOKEN|URL/.test(variable)) expect(variable).toMatch(/_FILE$/)
      if (value.startsWith('/run/secrets/')) {
        expect(variable).toMatch(/_FILE$/)
        expect(service.secrets).toContain(value.slice('/run/secrets/'.length))
      }
    }
  })

  test.each(own)('%s calls a command of querypool, on the shared result store', (_name, service) => {
    expect(['serve', 'worker', 'dashboard']).toContain(service.command?.[0])
    expect(service.volumes).toContain('results:/var/lib/querypool/results')
    expect(service.environment?.QUERYPOOL_CONFIG).toBe(service.configs?.[0]?.target)
  })

  test('a worker has longer to stop than it gives its queries', () => {
    const { command = [], stop_grace_period: period = '' } = compose.services.worker ?? {}
    const graceMs = parseDuration(command[command.indexOf('--grace') + 1] ?? '') ?? 0
    expect(graceMs).toBeGreaterThan(0)
    expect(parseDuration(period)).toBeGreaterThan(graceMs)
  })

  test('its configuration is one, on the store of the image, with secrets that each of its programs has', async () => {
    const config = await readConfig({ QUERYPOOL_CONFIG: join(root, compose.configs.querypool?.file ?? '') })
    expect(dockerfile).toContain(`QUERYPOOL_RESULTS=${config.storeLocation}`)
    for (const { urlReference } of config.databases.values()) {
      const secret = urlReference.kind === 'file' ? urlReference.path.replace('/run/secrets/', '') : ''
      for (const name of ['producer', 'worker']) expect(compose.services[name]?.secrets).toContain(secret)
    }
  })

  test('its secrets are made by the script, once, and are in no commit', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'qp-secrets-'))
    const script = join(folder, 'make-secrets.sh')
    await copyFile(join(root, 'docker/make-secrets.sh'), script)
    await run('sh', [script, 'postgres://reader:geheim@host/warehouse'])
    const made = await readdir(join(folder, 'secrets'))
    const wanted = Object.values(compose.secrets).map(({ file }) => file.replace('./docker/secrets/', ''))
    expect(made.toSorted()).toEqual(wanted.toSorted())
    const secret = async (name: string) => (await readFile(join(folder, 'secrets', name), 'utf8')).trim()
    expect(new URL(await secret('journal-url')).password).toBe(await secret('postgres-password'))
    expect(new URL(await secret('redis-url')).password).toBe(await secret('redis-password'))
    expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700)
    const before = await secret('redis-password')
    await run('sh', [script, 'postgres://reader:geheim@host/warehouse'])
    expect(await secret('redis-password')).toBe(before)
    expect(await read('.gitignore')).toContain('/docker/secrets/\n')
    await rm(folder, { recursive: true })
  })
})

describe('the image', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1)
  const last = stages.at(-1) ?? ''

  test('is built from images whose version is told', () => {
    for (const stage of stages) expect(stage).toMatch(/^node:\d+\.\d+\.\d+-[a-z-]+( AS \w+)?\n/)
  })

  test('runs as a plain user under an init, with a signal to stop and a look at its health', () => {
    expect(last).toMatch(/^USER node$/m)
    expect(last).toMatch(/^ENTRYPOINT \["tini", "--", "querypool"\]$/m)
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m)
    expect(last).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", ".*\/readyz.*"\]$/m)
  })

  test('copies only what is there and what the build may see, and nothing of the machine', async () => {
    const ignored = (await read('.dockerignore')).split('\n')
    expect(ignored.filter((line) => !line.startsWith('#'))[0]).toBe('*')
    for (const [, path = ''] of last.matchAll(/^COPY (?!--from)(\S+)/gm)) {
      expect(ignored).toContain(`!${path}`)
      await stat(join(root, path))
    }
    for (const line of ignored.filter((name) => name.startsWith('!'))) await stat(join(root, line.slice(1)))
  })

  test('its look at health is true to the answer', async () => {
    const [, program = ''] = /CMD \["node", "-e", "(.*)"\]/.exec(last) ?? []
    const { createServer } = await import('node:http')
    const server = createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 503).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const look = (env: Record<string, string>, code = program) => run(process.execPath, ['-e', code], { env })
    await look({ QUERYPOOL_HEALTH_PORT: String(port) })
    await expect(look({ QUERYPOOL_HEALTH_PORT: String(port) }, program.replace('readyz', 'nothing'))).rejects.toThrow()
    const inCompose = compose.services.worker?.healthcheck?.test.at(-1) ?? ''
    await look({ QUERYPOOL_HEALTH_PORT: String(port) }, inCompose)
    await new Promise((resolve) => server.close(resolve))
    await expect(look({ QUERYPOOL_HEALTH_PORT: String(port) })).rejects.toThrow()
    await expect(look({ QUERYPOOL_HEALTH_PORT: String(port) }, inCompose)).rejects.toThrow()
  })
})
