// Vite: nothing to set.
import { join } from 'node:path'
import { build as vite } from 'vite'

export async function build({ source, out, keepNames }) {
  await vite({
    root: source,
    configFile: false,
    base: './',
    logLevel: 'error',
    build: {
      outDir: out,
      rolldownOptions: {
        input: [join(source, 'index.html'), join(source, 'using.html')],
        checks: { eval: false },
        ...(keepNames && { output: { minify: { compress: true, mangle: false } } }),
      },
    },
  })
}
