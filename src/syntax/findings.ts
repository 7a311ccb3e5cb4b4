// What the walk over a function's tree carries down and brings home.

import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  ClassDeclaration,
  ClassExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
} from 'acorn'
import type { LexicalUses } from './function-syntax.ts'
import type { PrivateScope, Scope } from './scope.ts'

export type FunctionLike = FunctionExpression | FunctionDeclaration | ArrowFunctionExpression
export type ClassLike = ClassExpression | ClassDeclaration

export interface ReferenceTraits {
  assigned?: boolean
  typeofOnly?: boolean
  call?: boolean
  shorthand?: boolean
}

/** A name in use, to be looked up in `scope` when all declarations are known. */
interface NameUse extends ReferenceTraits {
  readonly node: Identifier
  readonly scope: Scope
  /** The call, when the name is the callee and may make it a direct `eval`. */
  readonly directCall: CallExpression | null
}

/** A private name in use, and the class inside the text that declares it. */
export interface PrivateUse {
  readonly name: string
  readonly node: AnyNode
  readonly owner: ClassLike | null
}

/** Everything the walk finds. */
export interface Findings {
  readonly names: NameUse[]
  readonly privates: PrivateUse[]
  readonly uses: { [Use in Exclude<keyof LexicalUses, 'arguments' | 'directEval'>]: AnyNode[] }
  /** `import` and `export` declarations, which the parser lets pass and no function may contain. */
  readonly moduleDeclarations: AnyNode[]
  /** Calls that are all of a function inside the text: `(name) => eval(name)`, if it is `eval` that is called. */
  readonly scopeReads: Set<CallExpression>
  /** Candidates for hoisting by Annex B. */
  readonly blockFunctions: { readonly name: string; readonly scope: Scope }[]
}

/**
 * Whether a name is that of a direct `eval`, which may use any variable; `(name) => eval(name)` uses what brine asks for.
 * `eval?.(code)` is an indirect one, which sees globals only.
 */
export const isDirectEval = ({ node, scope, directCall }: NameUse, { scopeReads }: Findings): boolean =>
  node.name === 'eval' &&
  directCall !== null &&
  !directCall.optional &&
  !scopeReads.has(directCall) &&
  !scope.binds('eval')

/** The findings before the walk. */
export function noFindings(): Findings {
  return {
    names: [],
    privates: [],
    uses: { this: [], newTarget: [], superProperty: [], superCall: [], importMeta: [], dynamicImport: [] },
    moduleDeclarations: [],
    scopeReads: new Set(),
    blockFunctions: [],
  }
}

/** What the code around a node means to it. */
export interface Context {
  readonly findings: Findings
  readonly scope: Scope
  readonly privates: PrivateScope<ClassLike> | null
  readonly strict: boolean
  /** `this` and `new.target` belong to something inside the text. */
  readonly ownThis: boolean
  /** `super` belongs to something inside the text. */
  readonly ownSuper: boolean
}
