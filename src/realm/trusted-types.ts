// Trusted Types: under `require-trusted-types-for 'script'` code and worker URLs must come out of a policy.
// https://w3c.github.io/trusted-types/dist/spec/

interface Policy {
  createScript(text: string): unknown
  createScriptURL(url: string): unknown
}
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScript(text: string): string; createScriptURL(url: string): string },
  ): Policy
}

const factory = (): PolicyFactory | undefined => (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes

let policy: Policy | undefined
/** What brine is about to run. Nothing else passes: the policy is no hole for others who get hold of it. */
let asked: string | undefined

const pass = (text: string): string => {
  if (text === asked) return text
  throw new TypeError(`Cannot trust the text as it is not brine's own: ${text.slice(0, 80)}`)
}

/** Whether this thread has Trusted Types at all. */
export function hasTrustedTypes(): boolean {
  return factory() !== undefined
}

/**
 * Passes a text through the policy `brine`, where there are Trusted Types; typed as the string that platform functions
 * are declared to take.
 *
 * @throws {TypeError} when the `trusted-types` directive does not list `brine`
 */
export function trust(kind: 'createScript' | 'createScriptURL', text: string): string {
  const policies = factory()
  if (!policies) return text
  policy ??= policies.createPolicy('brine', { createScript: pass, createScriptURL: pass })
  asked = text
  try {
    return policy[kind](text) as string
  } finally {
    asked = undefined
  }
}
