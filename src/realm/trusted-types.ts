// The Trusted Types policy of brine: one a realm, as a policy's name may be taken only once.
// https://w3c.github.io/trusted-types/dist/spec/

/** The part of a policy that brine uses. */
export interface TrustedPolicy {
  createScript(text: string): string
  createScriptURL(url: string): string
}

interface PolicyFactory {
  createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy
}

const KEY: unique symbol = Symbol.for('brine.trusted-types') as never

/**
 * The policy named `brine`, or one that changes nothing where the platform has no Trusted Types.
 *
 * @throws {TypeError} when the page's `trusted-types` directive does not list `brine`
 */
export function trustedPolicy(): TrustedPolicy {
  const host = globalThis as { trustedTypes?: PolicyFactory; [KEY]?: TrustedPolicy }
  const rules: TrustedPolicy = { createScript: (text) => text, createScriptURL: (url) => url }
  if (!host.trustedTypes) return rules
  const known = host[KEY]
  if (known) return known
  const policy = host.trustedTypes.createPolicy('brine', rules)
  Object.defineProperty(host, KEY, { value: policy })
  return policy
}
