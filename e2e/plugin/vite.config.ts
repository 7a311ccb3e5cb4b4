// The table through the plugin, under a policy that lets nothing be evaluated. For the dev server and for the build.
import type * as plugin from '../../src/vite.ts'
import { fileURLToPath } from 'node:url'
import type { BuildOptions, InlineConfig, Plugin } from 'vite'
import { nothingByHand } from './nothing-by-hand.ts'

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** For every response: a worker obeys the policy of its own script. */
function headers(policy: string): Plugin {
  const send = (
    _request: unknown,
    response: { setHeader(name: string, value: string): void },
    next: () => void,
  ): void => {
    response.setHeader('Content-Security-Policy', policy)
    next()
  }
  return {
    name: 'headers',
    configureServer: (server) => void server.middlewares.use(send),
    configurePreviewServer: (server) => void server.middlewares.use(send),
  }
}

/** Renames what it can, at the top of chunks as well. */
const terser: BuildOptions = {
  minify: 'terser',
  terserOptions: { mangle: { toplevel: true }, compress: { toplevel: true } },
}

/** The configuration of the app; the plugin is that of the built library. */
export async function config(outDir: string, minifier?: 'terser'): Promise<InlineConfig> {
  const built = new URL('../../dist/vite.js', import.meta.url).href
  const { brine } = (await import(built)) as typeof plugin
  const strict = "default-src 'self'; script-src 'self'; worker-src 'self'"
  return {
    root: path('.'),
    configFile: false,
    logLevel: 'warn',
    ...(minifier && { mode: minifier }),
    resolve: { alias: { brine: path('../../dist/index.js') } },
    plugins: [nothingByHand(), brine({ include: /\/fixtures\// }), headers(strict)],
    server: { host: '127.0.0.1', port: 0, fs: { allow: [path('../..')] } },
    // Nothing to be bundled, and the scanner takes what the table does with constants for mistakes.
    optimizeDeps: { noDiscovery: true },
    preview: { host: '127.0.0.1', port: 0 },
    build: { outDir, emptyOutDir: true, ...(minifier && terser) },
  }
}
