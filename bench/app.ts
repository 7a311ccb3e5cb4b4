// Apps as users have them: built and minified by Vite, with the built library, and served.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, preview } from 'vite'
import type { InlineConfig, Rolldown } from 'vite'
import { root } from '../scripts/run.mjs'
import type { Pace } from './rounds.ts'

/** Builds an app and returns its files. The output goes to `outDir`, or nowhere. */
export async function buildApp(
  app: string,
  config: InlineConfig,
  outDir?: string,
): Promise<Rolldown.RolldownOutput> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    root: app,
    base: './',
    resolve: { alias: { brine: join(root, 'dist/index.js') } },
    ...config,
    build: { ...config.build, ...(outDir === undefined ? { write: false } : { outDir }) },
  })
  return output as Rolldown.RolldownOutput
}

/** A page that calls `globalThis.bench` and gives back what that returns. */
export interface BenchPage {
  readonly url: string
  close(): Promise<void>
}

/**
 * Builds a page from the text of a module, which may import by absolute path, and serves it.
 *
 * @param files By name; `main.ts` is what the page runs.
 */
export async function servePage(
  files: Readonly<Record<string, string>>,
  config: InlineConfig = {},
): Promise<BenchPage> {
  const folder = mkdtempSync(join(tmpdir(), 'brine-bench-'))
  const html = '<!doctype html><title>bench</title><script type="module" src="/main.ts"></script>'
  for (const [name, text] of Object.entries({ 'index.html': html, ...files }))
    writeFileSync(join(folder, name), text)
  const outDir = join(folder, 'dist')
  await buildApp(folder, config, outDir)
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    root: folder,
    build: { outDir },
    preview: {
      port: 0,
      // Isolated pages have the finer clock.
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
  })
  return {
    url: server.resolvedUrls!.local[0]!,
    async close() {
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

declare global {
  /** What a bench page measures. */
  var bench: (pace: Pace) => Promise<unknown>
}
