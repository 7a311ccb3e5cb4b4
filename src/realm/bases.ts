// From where modules may be imported: the thread's own origin, and the places elsewhere that the build gave to the app's
// modules, such as a CDN. Only code that runs here adds a place, and on a worker the page's pool: no payload can.
import { realm } from './registry.ts'

const ownOrigin = (): string | undefined => globalThis.location?.origin

/** Adds a place; `base` is an absolute URL that ends in a slash. */
export function allowBase(base: string): void {
  const { origin, href } = new URL(base)
  if (origin !== ownOrigin() && !isUnder(href)) realm().bases.add(href)
}

const isUnder = (url: string): boolean => [...realm().bases].some((base) => url.startsWith(base))

/** Whether a module may be imported; `url` is absolute. Threads without a location, as in Node, have no origin to guard. */
export function isAllowed(url: string): boolean {
  const own = ownOrigin()
  const { origin, href } = new URL(url)
  return own === undefined || origin === own || isUnder(href)
}

/** The places elsewhere, for the workers of this page. */
export const otherBases = (): readonly string[] => [...realm().bases]
