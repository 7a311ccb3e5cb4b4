// Trusted Types: under `require-trusted-types-for 'script'` a worker's URL must come out of a policy.

interface TrustedTypePolicy {
  createScriptURL(url: string): unknown
}
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): TrustedTypePolicy
}

const factory = (): TrustedTypePolicyFactory | undefined =>
  (globalThis as { trustedTypes?: TrustedTypePolicyFactory }).trustedTypes

// Only what brine is about to start passes: the policy is no hole for others who get hold of it.
const own = new Set<string>()
let policy: TrustedTypePolicy | undefined

/** Whether this thread has Trusted Types at all. */
export function hasTrustedTypes(): boolean {
  return factory() !== undefined
}

/** The URL as a `TrustedScriptURL`, typed as the string that TypeScript's `Worker` expects. */
export function trust(url: string): string {
  policy ??= factory()!.createPolicy('brine', {
    createScriptURL: (asked) => {
      if (!own.has(asked))
        throw new TypeError(`Cannot trust the URL as it is not a script of brine: ${asked}`)
      return asked
    },
  })
  own.add(url)
  try {
    return policy.createScriptURL(url) as string
  } finally {
    own.delete(url)
  }
}
