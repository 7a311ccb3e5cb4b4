// The demo, in development and built: it takes the built library, as an application does, plugin and worker script included.
import { fileURLToPath } from 'node:url'
import { brine } from 'brine/vite'
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

// Of the page and of its workers: everything comes from this origin, and nobody evaluates text.
const policy = {
  'Content-Security-Policy': "default-src 'self'; script-src 'self'; worker-src 'self'",
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
  plugins: [brine(), headers()],
  server: { open: display && !process.env['CI'] },
  build: { emptyOutDir: true },
})
