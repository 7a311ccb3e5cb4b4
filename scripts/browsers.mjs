// Finds the browsers for the tests in e2e/, and gets one where there is none.
//
//   npm run browsers -- [chromium] [firefox]     get what is missing (default: chromium), print where each one is
//   import { find, use } from './browsers.mjs'   in playwright.config.ts: looks only, downloads nothing
//
// Places, in this order:
//   1. $BRINE_CHROMIUM, $BRINE_FIREFOX: path of an executable
//   2. the browsers that Playwright has downloaded earlier
//   3. a browser that is installed on this machine
//   4. `playwright install` (not when $BRINE_NO_DOWNLOAD is set)
//   5. `apt-get install`, as root on Debian and its kin: containers without access to Playwright's servers
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, firefox } from '@playwright/test'
import { bin, run } from './run.mjs'

/** @typedef {'chromium' | 'firefox'} Engine */
/** @typedef {{ engine: Engine, path: string, source: 'environment' | 'playwright' | 'system' }} Browser */

const isRoot = process.getuid?.() === 0

const known = {
  chromium: {
    type: chromium,
    variable: 'BRINE_CHROMIUM',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    paths: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ...programFiles('Google/Chrome/Application/chrome.exe'),
    ],
    aptPackage: 'chromium',
  },
  firefox: {
    type: firefox,
    variable: 'BRINE_FIREFOX',
    commands: ['firefox-esr', 'firefox'],
    paths: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      ...programFiles('Mozilla Firefox/firefox.exe'),
    ],
    aptPackage: 'firefox-esr',
  },
}

// Nothing that talks to the network or waits for a GPU: tests shall not depend on either.
const chromiumArgs = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/**
 * Looks for a browser without getting one.
 * @param {Engine} engine
 * @returns {Browser | undefined}
 */
export function find(engine) {
  const { type, variable, commands, paths } = known[engine]
  const chosen = process.env[variable]
  if (chosen && chosen !== 'auto') return { engine, path: chosen, source: 'environment' }

  const downloaded = type.executablePath()
  if (downloaded && existsSync(downloaded)) return { engine, path: downloaded, source: 'playwright' }

  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const candidates = [...commands.flatMap((name) => folders.map((folder) => join(folder, name))), ...paths]
  const installed = candidates.find(isExecutable)
  return installed === undefined ? undefined : { engine, path: installed, source: 'system' }
}

/**
 * The `use` part of a Playwright project that runs in this browser.
 * @param {Browser} browser
 * @returns {import('@playwright/test').PlaywrightTestOptions & import('@playwright/test').PlaywrightWorkerOptions | object}
 */
export function use({ engine, path, source }) {
  const own = source === 'playwright'
  const launchOptions = own ? {} : { executablePath: path }
  if (engine === 'chromium') {
    return {
      browserName: 'chromium',
      // Chromium refuses to start as root with its sandbox on.
      launchOptions: { ...launchOptions, args: chromiumArgs, chromiumSandbox: !isRoot && !own },
    }
  }
  // Playwright drives its own Firefox by a patched protocol, any other one by WebDriver BiDi.
  return {
    browserName: 'firefox',
    ...(own ? {} : { channel: 'moz-firefox' }),
    launchOptions: { ...launchOptions, env: firefoxEnvironment() },
  }
}

/**
 * Finds a browser, or gets it.
 * @param {Engine} engine
 * @returns {Promise<Browser>}
 */
export async function ensure(engine) {
  const found = find(engine)
  if (found) return found

  if (!process.env['BRINE_NO_DOWNLOAD']) {
    console.log(`${engine}: none found, asking Playwright for one`)
    await run(bin('playwright'), ['install', engine], {
      env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000' },
    })
    const downloaded = find(engine)
    if (downloaded) return downloaded
  }

  if (isRoot && existsSync('/usr/bin/apt-get')) {
    const { aptPackage } = known[engine]
    console.log(`${engine}: installing ${aptPackage} with apt-get`)
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', aptPackage], { env })
    // Package lists are stale or missing in most containers; asking for new ones first would cost time in the rest.
    if ((await install()) !== 0) {
      await run('apt-get', ['update'], { env })
      await install()
    }
    const installed = find(engine)
    if (installed) return installed
  }

  const { variable } = known[engine]
  throw new Error(
    `Cannot run tests in ${engine} as it is not installed: install it, set ${variable} to its path, or run: npx playwright install ${engine}`,
  )
}

/** Variables of an outer session make Firefox's crash reporter wait for a process that is not there. */
function firefoxEnvironment() {
  /** @type {Record<string, string>} */
  const env = { MOZ_CRASHREPORTER_DISABLE: '1' }
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('MOZ_CRASHREPORTER')) env[name] = value
  }
  return env
}

/** @param {string} path */
function programFiles(path) {
  const folders = [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']]
  return folders.filter((folder) => folder !== undefined).map((folder) => join(folder, path))
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const engines = process.argv.slice(2)
  for (const engine of engines.length > 0 ? engines : ['chromium']) {
    if (engine !== 'chromium' && engine !== 'firefox')
      throw new Error(`Cannot provide a browser as its name is unknown: ${engine}`)
    try {
      const { path, source } = await ensure(engine)
      console.log(`${engine}: ${path} (${source})`)
    } catch (error) {
      process.exitCode = 1
      console.error(error instanceof Error ? error.message : error)
    }
  }
}
