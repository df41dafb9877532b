import { randomBytes } from 'node:crypto'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createService, type Program, type Service } from './create-service.ts'
import { findChromium } from './find-chromium.ts'

const executablePath = findChromium()
const patienceMs = 60_000
// Root may only start it without its sandbox; the others keep it from asking its maker for anything.
const args = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const marker = `secret${randomBytes(8).toString('hex')}`

describe.skipIf(executablePath === null)('the dashboard of a service in a browser', () => {
  let service: Service
  let dashboard: Program
  let browser: Browser
  let page: Page
  let succeeded: string
  let failed: string
  /** Whatever the browser complained of, asked others for, or was told although nobody may know it. */
  const complaints: string[] = []
  const asked = new Set<string>()
  const reading: Promise<unknown>[] = []

  beforeAll(async () => {
    service = await createService()
    await service.startOverseer()
    await service.startWorker('worker-a')
    dashboard = await service.startProgram('dashboard', ['dashboard', '--port', '0'])
    succeeded = await runToItsEnd(
      'daily_sales',
      `-- name: top_customers\nselect '${marker}' as customer from generate_series(1, 3);\n-- name: revenue\nselect 1;\n`,
    )
    failed = await runToItsEnd(
      'month_end',
      `-- name: balance\nselect 1;\n-- name: ratio\nselect 1 / (length('${marker}') - ${marker.length});\n`,
    )
    browser = await chromium.launch({ executablePath: executablePath ?? '', args })
    page = await browser.newPage()
    page.setDefaultTimeout(patienceMs)
    listen()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.dispose()
  })

  /** Runs a batch and gives the id of its run, whatever it came to. */
  async function runToItsEnd(name: string, sql: string): Promise<string> {
    const file = await service.batchFile(sql, `${name}.sql`)
    const { stdout } = await service.querypool(['run', file, '--database', 'main', '--json'])
    return (JSON.parse(stdout) as { runId: string }).runId
  }

  function listen(): void {
    const isSecret = (text: string): boolean => text.includes(marker) || text.includes(service.password)
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
    page.on('request', (request) => {
      asked.add(request.url())
      const { protocol, host } = new URL(request.url())
      if (protocol !== 'data:' && host !== new URL(dashboard.healthUrl).host) complaints.push(`asked: ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`refused: ${response.status()} ${response.url()}`)
      const noted = response.text().then(
        (text) => isSecret(text) && complaints.push(`told: ${response.url()}`),
        () => {},
      )
      reading.push(noted)
    })
  }

  async function open(path: string): Promise<void> {
    await page.goto(`${dashboard.healthUrl}${path}`)
  }

  test('lists the runs, and the page of a run tells what its queries came to', async () => {
    await open('/')
    await page.getByRole('row', { name: 'daily_sales' }).getByText('succeeded').waitFor()
    await page.getByRole('link', { name: failed }).click()
    await page.getByRole('heading', { name: 'month_end partial' }).waitFor()
    const ratio = page.getByRole('row', { name: 'ratio' })
    expect(await ratio.getByRole('cell').allInnerTexts()).toEqual([
      'ratio',
      'failed',
      '1',
      '',
      '',
      expect.any(String),
      'worker-a',
      'division by zero QP_SQL_ERROR',
    ])
    await page.getByRole('link', { name: 'succeeded 1' }).click()
    await page.getByRole('row', { name: 'balance' }).waitFor()
    expect(await ratio.count()).toBe(0)
  })

  test('shows every queue, and the flow of a run that failed from its end to its queries', async () => {
    await open('/queues')
    for (const name of ['runs', 'results', 'queries-main']) await page.getByRole('link', { name }).first().waitFor()
    await page.getByText('Loading').waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'queries-main' }).first().click()
    await page.getByText('run-queries · daily_sales: top_customers').first().waitFor()
    await page.getByText('run-queries · month_end: ratio (failed)').first().waitFor()
    await open(`/queues/queue/runs/${failed}-finish`)
    await page.getByText('finish-run · month_end (partial)').first().waitFor()
    for (const name of [
      'month_end (partial) · finish-run',
      'dispatch-run',
      ...['balance · collect-results', 'balance · run-queries'],
      ...['ratio (failed) · collect-results', 'ratio (failed) · run-queries'],
    ])
      await page.getByText(name, { exact: true }).first().waitFor()
  })

  test('leads from a job of a finished run to the page of the run', async () => {
    await open(`/queues/queue/runs/${succeeded}-finish`)
    await page.getByText('revenue · run-queries').first().waitFor()
    const link = page.getByRole('link', { name: 'Show the run' }).first()
    await open((await link.getAttribute('href')) ?? '')
    await page.getByRole('heading', { name: 'daily_sales succeeded' }).waitFor()
  })

  test('can be read in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await open(`/runs/${failed}`)
    const colours = await page.evaluate<string[]>(
      '(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.body))',
    )
    const [back = 255, text = 0] = colours.map((colour) => Number(/\d+/.exec(colour)?.[0]))
    await page.emulateMedia({ colorScheme: 'light' })
    expect(back).toBeLessThan(60)
    expect(text).toBeGreaterThan(200)
  })

  test('asks for the token where it has one, and goes on to where one wanted to go', async () => {
    const token = 'correct-horse-battery'
    const closed = await service.startProgram('closed', ['dashboard', '--port', '0'], {
      QUERYPOOL_DASHBOARD_TOKEN: token,
    })
    const other = await browser.newPage()
    other.setDefaultTimeout(patienceMs)
    await other.goto(`${closed.healthUrl}/runs/${failed}`)
    await other.getByLabel('Token').fill('wrong')
    await other.getByRole('button', { name: 'Log in' }).click()
    await other.getByRole('alert').waitFor()
    await other.getByLabel('Token').fill(token)
    await other.getByRole('button', { name: 'Log in' }).click()
    await other.getByRole('heading', { name: 'month_end partial' }).waitFor()
    await other.goto(`${closed.healthUrl}/queues`)
    await other.getByRole('link', { name: 'queries-main' }).first().waitFor()
    await other.goBack()
    await other.getByRole('button', { name: 'Log out' }).click()
    await other.getByLabel('Token').waitFor()
  })

  test('asked no other server, told no secret, and no page had a fault', async () => {
    await Promise.all(reading)
    expect(asked.size).toBeGreaterThan(10)
    expect(complaints).toEqual([])
  })
})
