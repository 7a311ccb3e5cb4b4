// One call of rolldown with the settings that every bundle of ours shares.
import { rolldown } from 'rolldown'

/**
 * Bundles `input` into a single minified ES module.
 *
 * Comments such as `@vite-ignore` inside `import(url)` survive minification: without them a bundler
 * that carries our worker script would rewrite the run-time import of closure modules.
 *
 * @param {string} input path of the entry
 * @param {Partial<import('rolldown').InputOptions>} [options]
 * @returns {Promise<import('rolldown').OutputChunk>}
 */
export async function bundle(input, options = {}) {
  const build = await rolldown({
    input,
    platform: 'browser',
    tsconfig: false,
    transform: { target: 'es2022' },
    onLog(level, log, report) {
      // An import that cannot be resolved would be left bare in the output: a broken file, not a warning.
      report(level === 'warn' && log.code === 'UNRESOLVED_IMPORT' ? 'error' : level, log)
    },
    ...options,
  })
  try {
    const { output } = await build.generate({
      format: 'esm',
      minify: true,
      // Callers write the comment with the name of the map: they know what the file is called.
      sourcemap: 'hidden',
      codeSplitting: false,
    })
    return output[0]
  } finally {
    await build.close()
  }
}
