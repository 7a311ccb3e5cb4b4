// What bundlers that know no HTML leave to the app: pages that load the bundles. And one way to run webpack and its kin.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Copies the pages of the app, with other attributes for their scripts. */
export function copyPages(source, out, attributes) {
  for (const [page, script] of [
    ['index', 'main'],
    ['using', 'using'],
  ]) {
    const html = readFileSync(join(source, `${page}.html`), 'utf8')
    const original = `type="module" src="./${script}.js"`
    if (!html.includes(original)) throw new Error(`Cannot write ${page}.html as it has no: ${original}`)
    writeFileSync(join(out, `${page}.html`), html.replace(original, attributes(script)))
  }
}

/** Runs a compiler of webpack or Rspack. Warnings fail, too: an app with brine should build without any. */
export async function compile(compiler) {
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)))
  })
  await new Promise((resolve) => compiler.close(resolve))
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'))
}
