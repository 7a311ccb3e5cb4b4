// esbuild: the worker script as an entry of its own, one folder above the bundles, as it is in the package.
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import { copyPages } from './pages.mjs'

export async function build({ source, out, keepNames }) {
  await esbuild({
    absWorkingDir: process.cwd(),
    entryPoints: {
      'js/main': join(source, 'main.js'),
      'js/own-worker': join(source, 'own-worker.js'),
      'js/using': join(source, 'using.js'),
      worker: 'brine/worker',
    },
    bundle: true,
    format: 'esm',
    outdir: out,
    logOverride: { 'direct-eval': 'silent' },
    ...(keepNames ? { minifySyntax: true, minifyWhitespace: true } : { minify: true }),
  })
  copyPages(source, out, (name) => `type="module" src="./js/${name}.js"`)
}
