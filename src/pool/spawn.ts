// Starts worker scripts: by URL, and where the page may not (another origin, a CDN), by a blob that imports the URL.
import { hasTrustedTypes, trust } from '../realm/trusted-types.ts'

export interface SpawnOptions {
  /** Makes the worker; brine adds nothing and tries nothing else. */
  readonly worker?: () => Worker
  /** Where the worker script is, instead of beside brine's own files. */
  readonly workerUrl?: string | URL
}

/** One way to start a worker. */
export interface Way {
  /** For messages. */
  readonly name: string
  /** Throws, or gives a worker that may still fail with an `error` event. */
  open(): Worker
  /** Called when the worker listens or has failed. */
  opened?(): void
}

/** The ways to start a worker, in the order in which to try them. */
export function waysToSpawn({ worker, workerUrl }: SpawnOptions): readonly Way[] {
  if (worker) return [{ name: 'worker()', open: () => checked(worker()) }]
  let blobUrl = ''
  const url = (): string => (workerUrl === undefined ? bundledUrl() : String(new URL(workerUrl, baseUrl())))
  return [
    {
      name: 'URL',
      open: () =>
        workerUrl === undefined
          ? withTrust(openBundled, bundledUrl)
          : openUrl(String(new URL(workerUrl, baseUrl()))),
    },
    {
      name: 'blob',
      open: () => {
        const script = `import ${JSON.stringify(url())}`
        blobUrl = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
        return openUrl(blobUrl)
      },
      opened: () => URL.revokeObjectURL(blobUrl),
    },
  ]
}

/** What a factory gave, if it is a worker: nobody would ever hear from a promise of one. */
function checked(made: unknown): Worker {
  const { postMessage, terminate } = (made ?? {}) as Partial<Worker>
  if (typeof postMessage === 'function' && typeof terminate === 'function') return made as Worker
  throw new TypeError(`it gave no Worker: ${Object.prototype.toString.call(made)}`)
}

/** Bundlers look for exactly this expression, and put the URL of their own copy of the script into it. */
const openBundled = (): Worker => new Worker(new URL('../worker.js', import.meta.url), { type: 'module' })

/**
 * The URL in the expression above. Only a constructor gets to see it after a bundler has been there, and a second
 * `new URL(…)` would make bundlers copy the script twice: so the expression runs once against a constructor that
 * notes the URL. All of it happens in one synchronous step.
 */
function bundledUrl(): string {
  const host = globalThis as { Worker: unknown }
  const { Worker: original } = host
  let seen = ''
  host.Worker = function noteUrl(url: string | URL) {
    seen = String(url)
  }
  try {
    openBundled()
  } finally {
    host.Worker = original
  }
  // Some bundlers hand over a path from the root of the site.
  return String(new URL(seen, baseUrl()))
}

const openUrl = (url: string): Worker =>
  withTrust(
    () => new globalThis.Worker(url, { type: 'module' }),
    () => url,
  )

/** Opens a worker; where Trusted Types refuse a plain URL, through the policy. */
function withTrust(open: () => Worker, url: () => string): Worker {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof TypeError) || !hasTrustedTypes()) throw error
    return new globalThis.Worker(trust('createScriptURL', url()), { type: 'module' })
  }
}

const baseUrl = (): string => globalThis.document?.baseURI ?? globalThis.location.href
