// Rspack: nothing to set.
import { join } from 'node:path'
import { rspack } from '@rspack/core'
import { compile, copyPages } from './pages.mjs'

export async function build({ source, out, keepNames }) {
  await compile(
    rspack({
      mode: 'production',
      entry: { main: join(source, 'main.js'), using: join(source, 'using.js') },
      output: { path: out },
      performance: false,
      ...(keepNames && {
        optimization: {
          concatenateModules: false,
          minimizer: [new rspack.SwcJsMinimizerRspackPlugin({ minimizerOptions: { mangle: false } })],
        },
      }),
    }),
  )
  copyPages(source, out, (name) => `defer src="./${name}.js"`)
}
