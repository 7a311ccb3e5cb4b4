// `toModule`: a value as the text of a module that needs nothing of brine.
import { rebuiltCarrier } from '../capture/rebuilt.ts'
import { siteCarrier } from '../capture/site.ts'
import { sourceCarrier } from '../capture/source.ts'
import type { Environment } from '../realm/registry.ts'
import { moduleText } from '../serialize/module-text.ts'
import { writePayload } from '../serialize/write.ts'

/**
 * Writes a value as one self-contained ES module whose default export is the value: functions with what they captured,
 * classes, data. The receiver needs no library: `import()` of a file, a `blob:` or a `data:` URL will do.
 *
 * @param value Anything that can be written as text: no blobs, ports or callbacks.
 * @param environment `using` or `scope`: where the free variables of functions are read.
 * @returns The text of the module.
 * @throws {BrineError} `CAPTURE_*` or `VALUE_*`, with the path to what cannot travel; `TYPE_UNKNOWN` for an instance of
 *   a registered type that does not travel with it.
 *
 * @example
 * ```ts
 * const foo = (x: number) => x * 3
 * const bar = (z: number) => foo(z) + 1
 * const text = await toModule(bar, { using: { foo } })
 * const module = await import(`data:text/javascript,${encodeURIComponent(text)}`)
 * module.default(3) // 10
 * ```
 */
export async function toModule(value: unknown, environment: Environment = {}): Promise<string> {
  const { data } = writePayload(value, {
    carriers: [rebuiltCarrier, siteCarrier, sourceCarrier],
    action: 'write as a module',
    environment,
  })
  return moduleText(data)
}
