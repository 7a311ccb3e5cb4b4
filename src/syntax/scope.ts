// Scopes: which names they bind, and which of them a name means.

/** What a declaration does to a function of the same name in an inner block of sloppy code. */
export type Binding = 'var' | 'lexical'

/** One scope. Names may still be added while the tree is walked: look them up when the walk is over, and hoisting is right. */
export class Scope {
  readonly parent: Scope | null
  /** `var` and the functions of the body's top level land here: a function body, a static block, a field initialiser. */
  readonly holdsVar: boolean
  readonly #names: Map<string, Binding> = new Map()

  constructor(parent: Scope | null, holdsVar: boolean) {
    this.parent = parent
    this.holdsVar = holdsVar
  }

  declare(name: string, binding: Binding): void {
    this.#names.set(name, binding)
  }

  /** Declares a `var` in the nearest scope that holds them. */
  declareVar(name: string): void {
    if (this.holdsVar || !this.parent) this.declare(name, 'var')
    else this.parent.declareVar(name)
  }

  /** Whether this scope or one around it binds `name`. */
  binds(name: string): boolean {
    return this.#names.has(name) || (this.parent?.binds(name) ?? false)
  }

  /**
   * Annex B.3.3.1 of the ECMAScript specification: in sloppy code a function declared in a block is a `var` of the function around
   * as well, unless a `var` there would clash with a `let`, `const`, class or function on the way. Call it after the walk.
   */
  hoistBlockFunction(name: string): void {
    let scope = this.parent
    for (; scope; scope = scope.parent) {
      if (scope.#names.get(name) === 'lexical') return
      if (scope.holdsVar) break
    }
    scope?.declare(name, 'var')
  }
}

/** The private names of one class body. `owner` is the class. */
export interface PrivateScope<Owner> {
  readonly parent: PrivateScope<Owner> | null
  readonly owner: Owner
  readonly names: ReadonlySet<string>
}

/** The class that declares the private name, null when none inside does. */
export function ownerOfPrivateName<Owner>(scope: PrivateScope<Owner> | null, name: string): Owner | null {
  for (let current = scope; current; current = current.parent) {
    if (current.names.has(name)) return current.owner
  }
  return null
}
