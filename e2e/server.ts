// A static file server for browser tests: right MIME types, headers by path (CSP, COOP/COEP), no cache, no dependency.
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'

export type Headers = Record<string, string>

export interface ServeOptions {
  /**
   * Headers for every response, or chosen by the path of the request (`/worker.js`): a worker obeys the policy
   * of its own response and not that of the page. They are sent with every status, errors included.
   */
  headers?: Headers | ((path: string) => Headers | undefined)
  /** Further folders by URL prefix, such as `{ '/dist/': 'dist' }`; the longest prefix wins. */
  mounts?: Record<string, string>
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number
}

export interface Server {
  /** Origin without a slash at the end, such as `http://localhost:41234`. */
  url: string
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/**
 * Serves the files under `dir` until it is closed.
 *
 * @example
 * const server = await serve('dist', { headers: { 'Content-Security-Policy': "script-src 'self'" } })
 * await page.goto(`${server.url}/index.html`)
 * await server.close()
 */
export async function serve(
  dir: string,
  { headers, mounts = {}, port = 0 }: ServeOptions = {},
): Promise<Server> {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length)

  const locate = (path: string): string | undefined => {
    const prefix = prefixes.find((each) => path.startsWith(each))
    const folder = normalize(prefix === undefined ? dir : (mounts[prefix] as string))
    const file = join(folder, prefix === undefined ? path : path.slice(prefix.length))
    if (file !== folder && !file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat?.isFile()) return file
    const index = join(file, 'index.html')
    return stat?.isDirectory() && statSync(index, { throwIfNoEntry: false })?.isFile() ? index : undefined
  }

  const server = createServer((request, response) => {
    const path = pathOf(request.url)
    const extra = typeof headers === 'function' ? headers(path ?? '/') : headers
    for (const [name, value] of Object.entries(extra ?? {})) response.setHeader(name, value)
    response.setHeader('Cache-Control', 'no-store')

    const file = path === undefined ? undefined : locate(path)
    if (file === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found')
      return
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    // A secure context in every browser. The same server is another origin under http://127.0.0.1.
    url: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        // Browsers keep their connections open, and `close` alone would wait for them.
        server.closeAllConnections()
      }),
  }
}

/** The decoded path without query, or undefined when it is malformed. */
function pathOf(url = '/'): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}
