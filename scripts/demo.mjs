// `npm run demo`: builds the library and the demo, serves it, and shows it in a browser.
//
// With a display a window opens, and the command ends when it is closed (or with Ctrl-C). Without one, in CI, or with
// BRINE_HEADLESS=1 the page runs headless, and what it shows is printed here.
//
//   npm run demo -- --paths=1000000 --size=4 --seed=7     the settings of the page
import { join } from 'node:path'
import { chromium, firefox } from '@playwright/test'
import { build, preview } from 'vite'
import { ensure, find, use } from './browsers.mjs'
import { root, run } from './run.mjs'

/** @typedef {import('../demo/main.ts').DemoState} DemoState */
/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ launchOptions: import('@playwright/test').LaunchOptions, channel?: string }} Options */

const minute = 60_000
const width = 30
const configFile = join(root, 'vite.config.ts')
const isWindowed =
  !isSet('CI') &&
  !isSet('BRINE_HEADLESS') &&
  (process.platform !== 'linux' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY'))

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function main() {
  const settings = parseSettings(process.argv.slice(2))
  // Any Chromium or Firefox that is there does; only without one is Chromium fetched.
  const found = find('chromium') ?? find('firefox') ?? (await ensure('chromium'))

  console.log('Building the library and the demo')
  const code = await run(process.execPath, ['scripts/build.mjs'])
  if (code !== 0) return code
  await build({ configFile, logLevel: 'warn' })

  const server = await preview({ configFile, logLevel: 'warn', preview: { open: false } })
  try {
    const url = server.resolvedUrls?.local[0]
    if (url === undefined) throw new Error('Cannot show the demo as its server has no address')
    console.log(`Serving ${url}`)
    const { browser, windowed } = await open(found)
    let interrupted = false
    const interrupt = () => {
      interrupted = true
      void browser.close()
    }
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    try {
      // A window decides on the size of its page itself.
      const page = await browser.newPage(windowed ? { viewport: null } : {})
      await (windowed ? showWindow(page, url, settings) : print(page, url, settings))
      return 0
    } catch (error) {
      if (interrupted) return 130
      throw error
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      await browser.close()
    }
  } finally {
    await server.close()
  }
}

/**
 * Opens a window where there should be a display, and none where that turns out to be wrong.
 * @param {import('./browsers.mjs').Browser} found
 */
async function open(found) {
  const { launchOptions, channel } = /** @type {Options} */ (use(found))
  const launch = (/** @type {boolean} */ headless) =>
    ({ chromium, firefox })[found.engine].launch({
      ...launchOptions,
      ...(channel !== undefined && { channel }),
      headless,
      handleSIGINT: false,
      handleSIGTERM: false,
    })
  if (isWindowed) {
    try {
      return { browser: await launch(false), windowed: true }
    } catch {
      console.log('No window could be opened; running without one')
    }
  }
  return { browser: await launch(true), windowed: false }
}

/**
 * @param {Page} page
 * @param {string} url
 * @param {URLSearchParams} settings
 */
async function showWindow(page, url, settings) {
  await page.goto(`${url}?${settings}`)
  console.log('Close the window or press Ctrl-C to end')
  if (!page.isClosed()) await page.waitForEvent('close', { timeout: 0 }).catch(() => {})
}

/**
 * @param {Page} page
 * @param {string} url
 * @param {URLSearchParams} settings
 */
async function print(page, url, settings) {
  /** @type {string[]} */
  const complaints = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  settings.set('auto', '1')
  await page.goto(`${url}?${settings}`)

  const bar = progressBar()
  const deadline = performance.now() + 5 * minute
  /** @type {DemoState} */
  let state
  do {
    await new Promise((resolve) => setTimeout(resolve, 200))
    state = await page.evaluate('window.__brineDemo')
    bar.update(state)
    if (performance.now() > deadline)
      throw new Error('Cannot finish the demo as it took longer than 5 minutes')
  } while (state.status === 'running')
  bar.end()
  const { outcome } = state
  if (!outcome || complaints.length > 0) {
    throw new Error(['Cannot finish the demo as the page failed', state.error, ...complaints].join('\n'))
  }
  if (!outcome.identical) throw new Error('The estimates of page and pool differ, and must not')
  table(state.settings, outcome)
}

/**
 * @param {DemoState['settings']} settings
 * @param {NonNullable<DemoState['outcome']>} outcome
 */
function table({ paths, size, seed }, { page, pool, speedup }) {
  const workers = `${size} worker${size === 1 ? '' : 's'}`
  /** @type {[string, string, string][]} */
  const rows = [
    ['', "page's thread", `pool of ${workers}`],
    ['estimate', estimate(page), estimate(pool)],
    ['time', seconds(page.time), seconds(pool.time)],
    ['speed-up', '', `${speedup.toFixed(2)}x`],
    ['longest stall', milliseconds(page.stall), milliseconds(pool.stall)],
  ]
  console.log(`\nAsian call option, ${paths.toLocaleString('en')} simulated paths, seed ${seed}`)
  for (const [title, ...cells] of rows) {
    console.log(`  ${title.padEnd(14)}${cells.map((cell) => cell.padStart(22)).join('')}`)
  }
  console.log('\nEstimate ± standard error, the same numbers to the last bit on both sides.')
  console.log('The demo takes all cores; the default pool of brine leaves one to the page.')
  console.log("Longest stall: the longest time that the page's thread left a 4 ms timer waiting.")
}

/** On a terminal one line that is written anew; elsewhere, in a log, one line for each 10%. */
function progressBar() {
  const { stdout } = process
  let shown = 0
  return {
    /** @param {DemoState} state */
    update({ progress, where }) {
      const text = `${String(Math.round(100 * progress)).padStart(3)}%  on the ${where === 'pool' ? 'pool' : "page's thread"}`
      if (stdout.isTTY) {
        const done = Math.round(width * progress)
        stdout.write(`\r\u001B[K${'█'.repeat(done)}${'░'.repeat(width - done)} ${text}`)
      } else if (Math.floor(progress * 10) > shown) {
        shown = Math.floor(progress * 10)
        console.log(text)
      }
    },
    end() {
      if (stdout.isTTY) stdout.write('\n')
    },
  }
}

/** @param {string[]} args */
function parseSettings(args) {
  const settings = new URLSearchParams()
  for (const arg of args) {
    const match = /^--(paths|size|seed)=(\d+)$/.exec(arg)
    if (!match) throw new Error(`Cannot run the demo as this option is unknown: ${arg}`)
    settings.set(String(match[1]), String(match[2]))
  }
  return settings
}

/** @param {import('../demo/runner.ts').Run} run */
function estimate({ estimate, standardError }) {
  return `${estimate.toFixed(6)} ± ${standardError.toFixed(6)}`
}

/** @param {number} time */
function seconds(time) {
  return `${(time / 1000).toFixed(2)} s`
}

/** @param {number} time */
function milliseconds(time) {
  return `${time.toFixed(time < 10 ? 1 : 0)} ms`
}

/** @param {string} name */
function isSet(name) {
  const value = process.env[name]
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
