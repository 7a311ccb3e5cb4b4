// What the analyser says about the text of one function: plain data, positions relative to that text.

/** A half-open piece of the analysed text, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** One place where a variable is named. */
export interface Reference extends Range {
  /** The variable is written here: `=`, `op=`, `++`, `--`, a destructuring or a `for-in`/`for-of` target. Not `delete`. */
  readonly assigned: boolean
  /** The operand of `typeof`: no ReferenceError when nobody declares the variable. */
  readonly typeofOnly: boolean
  /** The callee of a call or the tag of a template: what stands in its place also decides what `this` is. */
  readonly call: boolean
  /** `{ x }` as a literal or a pattern: replacing the name needs the key as well (`{ x: y }`). */
  readonly shorthand: boolean
}

/** A variable that the function uses and that nothing inside the function declares. */
export interface FreeVariable {
  readonly name: string
  /** In source order. */
  readonly references: readonly Reference[]
}

/** `constructor` texts do not exist: `toString` of a class is the whole class. */
export type FunctionKind = 'arrow' | 'function' | 'method' | 'getter' | 'setter' | 'class' | 'native'

/** One member of a class body. */
export interface MemberSyntax extends Range {
  readonly kind: 'constructor' | 'method' | 'getter' | 'setter' | 'field' | 'static-block'
  readonly static: boolean
  readonly computed: boolean
  /** The key as a property name (`0x10` is `'16'`); null when computed or private, and for a static block. */
  readonly key: string | null
  /** Where the key stands: inside the brackets when computed; null for a static block. */
  readonly keyRange: Range | null
  /** `'#x'` when the member's own key is private. */
  readonly privateName: string | null
  /** Private names that the key, the body or the initialiser refers to, in order of appearance, without repetition. */
  readonly privateUses: readonly string[]
  /** For methods and accessors what `toString` of that function returns: with `get`, `async`, `*`, without `static`. */
  readonly functionText: Range | null
}

/** What rehydration must know of a class. */
export interface ClassSyntax {
  readonly id: string | null
  /** The expression after `extends`, with its parentheses. */
  readonly heritage: Range | null
  readonly extendsNull: boolean
  /** Just after the body's `{`. */
  readonly bodyStart: number
  /** In source order. */
  readonly members: readonly MemberSyntax[]
  /** Names of the private fields, methods and accessors of instances. */
  readonly privateInstance: readonly string[]
  /** Names of the static private fields, methods and accessors. */
  readonly privateStatic: readonly string[]
}

/** A private name that is used where no class inside the text declares it. */
interface PrivateReference {
  readonly name: string
  readonly range: Range
}

/**
 * What the function takes from around itself other than variables. A `function`, a method and an accessor have a `this`,
 * `arguments` and `new.target` of their own; an arrow's escape, and so do those in a class's heritage and computed keys.
 */
export interface LexicalUses {
  readonly this: readonly Range[]
  readonly arguments: readonly Range[]
  readonly newTarget: readonly Range[]
  /** `super.x` whole. In a method or accessor: those of its home object, also through arrows. */
  readonly superProperty: readonly Range[]
  /** `super(...)` whole, in an arrow of a constructor. */
  readonly superCall: readonly Range[]
  /** Anywhere inside, nested functions too. */
  readonly importMeta: readonly Range[]
  /** `import(...)` whole, anywhere inside. */
  readonly dynamicImport: readonly Range[]
  /**
   * `eval(...)` whole, anywhere inside, unless something inside declares `eval`: it sees variables that no analysis can
   * list. A `(name) => eval(name)` inside does not count: so code hands its scope to brine, before it travels.
   */
  readonly directEval: readonly Range[]
}

/** The analysis of one function's text. */
export interface FunctionSyntax {
  /** The text as it was given. */
  readonly text: string
  readonly kind: FunctionKind
  readonly async: boolean
  readonly generator: boolean
  /** The function's own identifier, or the key of a method or accessor (`'#x'` when private); null when anonymous or computed. */
  readonly name: string | null
  /** `name` is also a variable inside: a function or class with an identifier. */
  readonly id: boolean
  /** The inside of the brackets of a method's computed key. */
  readonly computedKey: Range | null
  /** What the `length` property is at birth. */
  readonly length: number
  /** A class, or it has a `'use strict'` directive of its own. False says nothing of the code around. */
  readonly strict: boolean
  /** Only sloppy code may say this: `with`, octal literals, `delete name`, duplicate parameters, reserved words as names. */
  readonly sloppyOnly: boolean
  /** By first appearance. A method's computed key does not count: whoever rebuilds the method drops it. */
  readonly free: readonly FreeVariable[]
  readonly uses: LexicalUses
  readonly privateNames: readonly PrivateReference[]
  readonly class: ClassSyntax | null
}
