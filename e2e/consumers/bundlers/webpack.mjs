// webpack 5: nothing to set.
import { join } from 'node:path'
import webpack from 'webpack'
import { compile, copyPages } from './pages.mjs'

export async function build({ source, out, keepNames }) {
  await compile(
    webpack({
      mode: 'production',
      entry: { main: join(source, 'main.js'), using: join(source, 'using.js') },
      output: { path: out },
      performance: false,
      ...(keepNames && {
        optimization: { concatenateModules: false, minimizeOptions: { javascript: { mangle: false } } },
      }),
    }),
  )
  copyPages(source, out, (name) => `defer src="./${name}.js"`)
}
