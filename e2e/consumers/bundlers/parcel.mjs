// Parcel 2: `"@parcel/resolver-default": { "packageExports": true }` in the app's package.json.
import { join } from 'node:path'
import { Parcel } from '@parcel/core'

export async function build({ source, out, keepNames }) {
  await new Parcel({
    entries: [join(source, 'index.html'), join(source, 'using.html')],
    defaultConfig: '@parcel/config-default',
    mode: 'production',
    shouldDisableCache: true,
    cacheDir: 'node_modules/.cache/parcel',
    defaultTargetOptions: {
      distDir: out,
      publicUrl: './',
      sourceMaps: false,
      ...(keepNames && { shouldScopeHoist: false, shouldOptimize: false }),
    },
  }).run()
}
