// Globals that a page has and no worker.

// What apps use, and not all of the DOM: a test in a browser compares the list with both threads.
const PAGE_NAMES =
  'document window localStorage sessionStorage alert confirm prompt print open opener parent top frames ' +
  'frameElement history screen visualViewport customElements getComputedStyle getSelection matchMedia ' +
  'devicePixelRatio innerWidth innerHeight outerWidth outerHeight scrollX scrollY scroll scrollTo scrollBy ' +
  'speechSynthesis DOMParser XMLSerializer Image Audio Option MutationObserver IntersectionObserver ResizeObserver ' +
  'Node Element HTMLElement HTMLCanvasElement HTMLImageElement HTMLInputElement HTMLVideoElement SVGElement Document ' +
  'DocumentFragment ShadowRoot NodeList HTMLCollection NodeFilter Selection Storage Window Navigator KeyboardEvent ' +
  'MouseEvent PointerEvent WheelEvent InputEvent UIEvent DataTransfer AudioContext MediaRecorder SharedWorker'

let names: ReadonlySet<string> | undefined

/** Whether a name is that of a global which exists on the page alone. */
export function isPageOnly(name: string): boolean {
  names ??= new Set(PAGE_NAMES.split(' '))
  return names.has(name)
}

/** The names, for the test that compares them with a browser. */
export const pageOnlyNames = (): readonly string[] => PAGE_NAMES.split(' ')
