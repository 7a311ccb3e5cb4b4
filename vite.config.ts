// The demo, in development and built: it takes the built library, as an application does, worker script included.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import type { Connect, Plugin } from 'vite'

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

// Without a display, `vite` must not look for a browser.
const display =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'])

const isolation = {
  // Cross-origin isolated pages have finer clocks, and shared memory.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

// The source carrier evaluates text in the page (`scope`) and in the worker. All else comes from this origin.
const policy = {
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'unsafe-eval'",
}

/** A middleware, as Vite's own `headers` option leaves out replies with status 304, which WebKit then refuses. */
function headers(): Plugin {
  const send =
    (fields: Record<string, string>): Connect.NextHandleFunction =>
    (_request, response, next) => {
      for (const [name, value] of Object.entries(fields)) response.setHeader(name, value)
      next()
    }
  return {
    name: 'brine-demo-headers',
    configureServer: (server) => void server.middlewares.use(send(isolation)),
    configurePreviewServer: (server) => void server.middlewares.use(send({ ...isolation, ...policy })),
  }
}

export default defineConfig({
  root: path('demo'),
  // Relative, so that the built demo works in any folder of a static server.
  base: './',
  resolve: { alias: { brine: path('dist/index.js') } },
  plugins: [headers()],
  server: { open: display && !process.env['CI'] },
  build: {
    emptyOutDir: true,
    // `scope: (name) => eval(name)` is meant: it keeps the names that a minifier would change otherwise.
    rolldownOptions: { checks: { eval: false } },
  },
})
