// `npm run check:package`: packs the package as `npm publish` would, and lets publint and "are the types wrong" read
// the tarball itself, so that a file missing in `files` or a wrong condition in `exports` shows.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, root, run } from './run.mjs'

const folder = mkdtempSync(join(tmpdir(), 'brine-pack-'))
try {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  })
  /** @type {{ filename: string, entryCount: number, size: number, files: { path: string }[] }[]} */
  const [pack] = JSON.parse(output)
  if (!pack) throw new Error(`Cannot check the package as npm packed nothing: ${output}`)
  console.log(`${pack.filename}: ${pack.entryCount} files, ${(pack.size / 1000).toFixed(1)} kB`)

  const stray = pack.files.map((file) => file.path).filter((path) => /\.test(-d)?\./.test(path))
  if (stray.length > 0) console.error(`Tests are in the package: ${stray.join(', ')}`)

  const tarball = join(folder, pack.filename)
  const codes = [
    await run(bin('publint'), ['run', tarball, '--strict']),
    await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color']),
  ]
  process.exitCode = codes.some((code) => code !== 0) || stray.length > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}
