// `npm run bench`: builds the library and runs the benches in headless Chromium. See bench/README.md.
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { root, run } from './run.mjs'

const code = await run(process.execPath, ['scripts/build.mjs'])
if (code === 0) {
  // Node 20 does not read TypeScript, and Vite does.
  /** @type {{ module: typeof import('../bench/main.ts') }} */
  const { module } = await runnerImport(join(root, 'bench/main.ts'), { configFile: false })
  process.exitCode = await module.main(process.argv.slice(2))
} else process.exitCode = code
