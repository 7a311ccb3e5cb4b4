// Rollup: the worker script as an entry of its own, one folder above the bundles, as it is in the package.
import { join } from 'node:path'
import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'
import { copyPages } from './pages.mjs'

export async function build({ source, out }) {
  const bundle = await rollup({
    input: {
      'js/main': join(source, 'main.js'),
      'js/own-worker': join(source, 'own-worker.js'),
      'js/using': join(source, 'using.js'),
      worker: 'brine/worker',
    },
    plugins: [nodeResolve()],
    onLog(level, log, report) {
      if (log.code !== 'EVAL') report(level === 'warn' ? 'error' : level, log)
    },
  })
  await bundle.write({ dir: out, chunkFileNames: 'js/[name]-[hash].js' })
  await bundle.close()
  copyPages(source, out, (name) => `type="module" src="./js/${name}.js"`)
}
