// What Vite and its plugins put into modules for the page, made harmless in workers: a closure imports what its module
// imports, and that may be a component or a style sheet.

interface PageCode {
  readonly id: RegExp
  readonly find: RegExp
  readonly replace: string
}

const pageCode: readonly PageCode[] = [
  // Every module of components imports it, and it writes to `window` at once.
  { id: /^\/@react-refresh$/, find: /\bwindow\./g, replace: 'globalThis.' },
  // Every style sheet calls it at once.
  {
    id: /\/vite\/dist\/client\/client\.mjs$/,
    find: /function updateStyle\(.*?\) \{/,
    replace: `$& if (!('document' in globalThis)) return;`,
  },
  // Every dynamic import of a build calls it, to wait for scripts and styles: a worker needs the module alone.
  {
    id: /^\0vite\/preload-helper\.js$/,
    find: /__vitePreload = function preload\((\w+).*?\) \{/,
    replace: `$& if (!('document' in globalThis)) return $1();`,
  },
]

/** Such a module as it runs in workers, too; undefined for any other. No line moves. */
export function forWorkersToo(code: string, id: string): string | undefined {
  const known = pageCode.find((each) => each.id.test(id))
  return known && code.replace(known.find, known.replace)
}
