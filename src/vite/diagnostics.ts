// What the plugin may say of a module while it converts it: each code with its message and what to do.

/** A code. It names the diagnostic in comments and options. */
export type DiagnosticCode = 'page-only' | 'never-travels' | 'large-literal' | 'left-alone'

/** What a message is written from. */
interface DiagnosticFacts {
  /** The function that goes to a worker: `'price'`, or `a function`. */
  readonly subject: string
  /** What is at fault. */
  readonly name: string
  /** Its value, or the reason. */
  readonly value: string
}

interface Entry {
  /** One sentence for the README table. */
  readonly summary: string
  /** Grammar: `Cannot ACTION as CAUSE: current value`. */
  readonly message: (facts: DiagnosticFacts) => string
  readonly hint: string
}

/** The table of the README is tested against it. */
export const diagnosticCatalog: { readonly [Code in DiagnosticCode]: Entry } = {
  'page-only': {
    summary: 'A function that goes to a worker uses what exists on the page alone (`document`, `window`, …).',
    message: ({ subject, name }) =>
      `Cannot run ${subject} in a worker as it uses what is on the page alone: '${name}'`,
    hint: 'Read what is needed on the page and pass it as an argument, wrap the access in `callback(…)`, or guard it with `typeof`.',
  },
  'never-travels': {
    summary:
      'It captures a variable whose value can never travel: a DOM node, a socket, a weak collection, …',
    message: ({ subject, name, value }) =>
      `Cannot offload ${subject} as its variable '${name}' can never travel: ${value}`,
    hint: 'Create it inside the function, or leave it on the page and use it through `callback(…)`.',
  },
  'large-literal': {
    summary: 'It captures a literal of more than 50 kB, which is then sent with each call.',
    message: ({ subject, name, value }) =>
      `Cannot offload ${subject} cheaply as the literal '${name}' is sent with each call: ${value}`,
    hint: 'Move it into a module of its own and import it there: imports travel by reference.',
  },
  'left-alone': {
    summary: 'A function that goes to a worker could not be converted, and will be refused.',
    message: ({ subject, value }) => `Cannot offload ${subject} as it was left alone: it ${value}`,
    hint: 'Write it as a function of its own, and pass what it needs as arguments.',
  },
}

/** Something that the plugin has to say of a piece of a module. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  /** One sentence, without a full stop. */
  readonly message: string
  readonly hint: string
  readonly start: number
  readonly end: number
}
