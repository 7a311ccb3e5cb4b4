// What an entry of the catalog is made of.

/** Where a culprit was found: `action` and `subject` open the message, `where` names the thing and its path. */
export interface Culprit {
  /** What was tried, as a verb: `offload`, `serialize`, `return`. */
  readonly action: string
  /** What it was tried on: `'onTick'`, or `a value`. */
  readonly subject: string
  /** The thing at fault: `variable 'socket' (captured at .opts.socket)`. */
  readonly where: string
}

/** One error of the catalog. */
export interface Entry<Facts> {
  /** One sentence for the README table. */
  readonly summary: string
  /** Grammar: `Cannot ACTION as CAUSE: current value`. */
  readonly message: (facts: Facts) => string
  /** What to do, in the imperative. */
  readonly hint: string
}

/** How the messages about a culprit begin. */
export const opening = (at: Culprit): string => `Cannot ${at.action} ${at.subject}: ${at.where}`
