// Apps written to a temporary folder, with the plugin of the built library: for tests that edit or build them.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import type { InlineConfig } from 'vite'
import type * as Plugin from '../src/vite.ts'

declare global {
  var outcome: unknown
}

export const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url))

/** An app in a folder of its own. */
export interface App {
  readonly root: string
  write(name: string, content: string | Uint8Array): void
  /** Vite's configuration for it. */
  config(more?: InlineConfig, options?: Plugin.BrineOptions): Promise<InlineConfig>
  remove(): void
}

/** Writes an app. */
export function createApp(files: Readonly<Record<string, string | Uint8Array>>): App {
  const root = mkdtempSync(join(tmpdir(), 'brine-app-'))
  const write: App['write'] = (name, content) => {
    const file = join(root, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  for (const [name, content] of Object.entries(files)) write(name, content)
  return {
    root,
    write,
    async config(more = {}, options = {}) {
      const { brine } = (await import(new URL('../dist/vite.js', import.meta.url).href)) as typeof Plugin
      return {
        root,
        configFile: false,
        logLevel: 'error',
        resolve: { alias: { brine: dist('index.js') } },
        ...more,
        cacheDir: join(root, 'node_modules/.vite'),
        plugins: [more.plugins, brine(options)],
        server: { host: '127.0.0.1', port: 0, fs: { strict: false }, ...more.server },
        preview: { host: '127.0.0.1', port: 0 },
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** A page that runs /src/main.ts. */
export const page = '<!doctype html><title>app</title><script type="module" src="/src/main.ts"></script>'

/** What a page of an app sets as `outcome`. */
export async function outcomeOf(page: Page, url: string): Promise<unknown> {
  await page.goto(url)
  await page.waitForFunction(() => 'outcome' in globalThis)
  return page.evaluate(() => globalThis.outcome)
}

/** The text of every file of a build. */
export const outputOf = (folder: string): { name: string; text: string }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, text: readFileSync(join(parentPath, name), 'utf8') }))
