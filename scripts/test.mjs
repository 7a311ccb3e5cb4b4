// `npm test`: every check of the project, one after the other. Goes on after a failure and ends with one plain line
// `N passed, N failed`, the sum over all runners; a static check counts as one test.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { find } from './browsers.mjs'
import { bin, root, run } from './run.mjs'

/** @typedef {{ passed: number, failed: number }} Counts */
/**
 * @typedef {object} Step
 * @property {string} title
 * @property {() => Promise<number>} run resolves to an exit code
 * @property {boolean} [needsBuild]
 * @property {() => Counts} [count] reads the report of a test runner; without it the step is one test
 */

const minute = 60_000
const reports = join(root, 'test-results')
const node = process.execPath
const wantsFirefox = process.env['BRINE_FIREFOX'] === 'auto' || isSet(process.env['CI'])

/** @type {Step[]} */
const steps = [
  { title: 'browsers', run: provideBrowsers },
  { title: 'build', run: () => run(node, ['scripts/build.mjs'], { timeout: 2 * minute }) },
  { title: 'types', run: () => run(bin('tsc'), []) },
  { title: 'types without DOM', run: () => run(bin('tsc'), ['-p', 'tsconfig.neutral.json']) },
  { title: 'lint', run: () => run(bin('oxlint'), ['--type-aware', '--deny-warnings']) },
  { title: 'format', run: () => run(bin('oxfmt'), ['--check', '.']) },
  { title: 'unused code', run: () => run(bin('knip'), []) },
  {
    title: 'package',
    needsBuild: true,
    run: () => run(node, ['scripts/check-package.mjs'], { timeout: 2 * minute }),
  },
  {
    title: 'size',
    needsBuild: true,
    run: () => run(node, ['scripts/check-size.mjs'], { timeout: 2 * minute }),
  },
  { title: 'unit tests', run: unitTests, count: countUnitTests },
  { title: 'browser tests', needsBuild: true, run: browserTests, count: countBrowserTests },
]

rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

/** @type {Counts} */
const total = { passed: 0, failed: 0 }
/** @type {string[]} */
const failures = []
let built = true

for (const step of steps) {
  console.log(`\n=== ${step.title}`)
  const started = performance.now()
  const counts = await countsOf(step)
  total.passed += counts.passed
  total.failed += counts.failed
  if (counts.failed > 0) failures.push(step.title)
  if (step.title === 'build') built = counts.failed === 0
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`--- ${step.title}: ${counts.failed > 0 ? 'failed' : 'ok'} (${seconds} s)`)
}

console.log('')
if (!find('firefox'))
  console.log('Not run in Firefox: none is installed (BRINE_FIREFOX=auto npm test gets one)')
if (failures.length > 0) console.log(`Failed: ${failures.join(', ')}`)
process.exitCode = total.failed > 0 ? 1 : 0
console.log(`${total.passed} passed, ${total.failed} failed`)

/**
 * @param {Step} step
 * @returns {Promise<Counts>}
 */
async function countsOf(step) {
  if (step.needsBuild && !built) {
    console.log('not run, as the build failed')
    return { passed: 0, failed: 1 }
  }
  const code = await step.run()
  if (!step.count) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  try {
    const counts = step.count()
    // A runner can fail without a failed test: a timeout, a broken configuration, an error between tests.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } catch (error) {
    console.error(`no report: ${String(error)}`)
    return { passed: 0, failed: 1 }
  }
}

/** Chromium must be there. Firefox is fetched where that was asked for, and its absence is told at the end. */
async function provideBrowsers() {
  const timeout = 8 * minute
  const code = await run(node, ['scripts/browsers.mjs', 'chromium'], { timeout })
  if (wantsFirefox || find('firefox')) await run(node, ['scripts/browsers.mjs', 'firefox'], { timeout })
  return code
}

function unitTests() {
  const report = join(reports, 'unit.json')
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return run(bin('vitest'), args, { timeout: 4 * minute })
}

/** @returns {Counts} */
function countUnitTests() {
  const report = readReport('unit.json')
  let failed = report.numFailedTests
  for (const file of report.testResults) {
    // A file that cannot be loaded has no tests that could fail.
    const own = file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')
    if (file.status === 'failed' && !own) failed++
  }
  return { passed: report.numPassedTests, failed }
}

function browserTests() {
  return run(bin('playwright'), ['test', '--pass-with-no-tests'], { timeout: 14 * minute })
}

/** @returns {Counts} */
function countBrowserTests() {
  const { stats, errors } = readReport('e2e.json')
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length }
}

/** @param {string} name */
function readReport(name) {
  return JSON.parse(readFileSync(join(reports, name), 'utf8'))
}

/** @param {string | undefined} value */
function isSet(value) {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
