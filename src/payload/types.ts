// The payload: what crosses threads, disk and days. One flat heap of nodes, a table of code, a root.
//
// A *slot* is a place that holds a value: a primitive as itself, anything with identity as `[index]` into
// the heap. A *node* is one object, function or symbol. Nodes refer to each other by slots alone, so a graph of
// any depth or with any cycles is a flat array, and the receiver can check all of it before it builds any of it.
// Everything in `PayloadData` is structured-cloneable.

/** The version of the format that this build writes and reads. */
export const FORMAT_VERSION = 1

/** A reference to a node of the heap, by its index. */
export type Ref = readonly [index: number]

/** A primitive as itself, or a reference to a node. */
export type Slot = undefined | null | boolean | number | string | bigint | Ref

/** Bits of a property's attributes. An ordinary property has `DEFAULT_ATTRIBUTES` and does not write them. */
export const WRITABLE = 1
export const ENUMERABLE = 2
export const CONFIGURABLE = 4
/** The property is an accessor: its value is the getter's slot, its fourth element the setter's. */
export const ACCESSOR = 8
export const DEFAULT_ATTRIBUTES: number = WRITABLE | ENUMERABLE | CONFIGURABLE

/** An own property: key, value (or getter), attributes if not the default, setter if an accessor. */
export type Property =
  | readonly [key: Slot, value: Slot]
  | readonly [key: Slot, value: Slot, attributes: number]
  | readonly [key: Slot, getter: Slot, attributes: number, setter: Slot]

/** What any object may own beyond what its kind implies. Each field is left out where nothing is to be said. */
export interface Own {
  /** The prototype, where it is not the one that the kind implies. */
  readonly proto?: Slot
  readonly props?: readonly Property[]
  /** Keys that the kind implies and the object lacks. */
  readonly deleted?: readonly Slot[]
  /** No further property can be added. Sealed and frozen follow from the attributes. */
  readonly fixed?: true
}

/** What may be an instance of classes with private elements. */
export interface Instance extends Own {
  /** For each class of the prototype chain whose private elements it has, the values of its fields by position. */
  readonly privates?: readonly PrivateState[]
}

/** A class, and the values of the private fields that an instance has of it. */
export type PrivateState = readonly [of: Ref, ...values: Slot[]]

/** A structured-cloneable value, handed over as it is with all that it reaches. */
interface PlainNode {
  readonly kind: 'plain'
  readonly value: unknown
}
/** A unique symbol. */
interface SymbolNode {
  readonly kind: 'symbol'
  readonly description?: string
}
/** A symbol of the global registry. */
interface RegisteredSymbolNode {
  readonly kind: 'registered-symbol'
  readonly key: string
}
/** A value that every thread has: `Math.max`, `Array.prototype`, `Symbol.iterator`, `brine:task`. */
interface GlobalNode {
  readonly kind: 'global'
  readonly path: string
}
interface ObjectNode extends Instance {
  readonly kind: 'object'
}
/** `items` is the longest run of ordinary elements from index 0; the others stand in `props`. */
interface ArrayNode extends Instance {
  readonly kind: 'array'
  readonly length: number
  readonly items: readonly Slot[]
}
/** An arguments object; its elements stand in `props`. */
interface ArgumentsNode extends Own {
  readonly kind: 'arguments'
}
interface MapNode extends Instance {
  readonly kind: 'map'
  readonly entries: readonly (readonly [key: Slot, value: Slot])[]
}
interface SetNode extends Instance {
  readonly kind: 'set'
  readonly values: readonly Slot[]
}
/** A built-in that structured clone copies (Date, RegExp, typed array, …), with what it drops. */
interface NativeNode extends Instance {
  readonly kind: 'native'
  readonly value: unknown
}
/** `Object(symbol)`. */
interface BoxedSymbolNode extends Instance {
  readonly kind: 'boxed-symbol'
  readonly symbol: Slot
}
/** An error; `message`, `cause` and the like stand in `props`. */
interface ErrorNode extends Instance {
  readonly kind: 'error'
  readonly stack?: string
}
/** One scope instance: the code unit, and the value of each of its variables by position. */
interface ScopeNode {
  readonly kind: 'scope'
  /** Index into the code table. */
  readonly code: number
  /** The scope around it, where that is shared: it makes this one. */
  readonly parent?: Ref
  readonly env: readonly Slot[]
}
/** A function or class: the `index`-th that the code of its scope makes, and what it lexically received. */
export interface ClosureNode extends Own {
  readonly kind: 'closure'
  readonly scope: Ref
  readonly index: number
  /** For error messages alone. */
  readonly name: string
  /** Identity of a class across threads. */
  readonly id?: string
  /** `this` of the place where an arrow function was written. */
  readonly self?: Slot
  /** `arguments` of the place where an arrow function was written. */
  readonly args?: readonly Slot[]
  /** `new.target` of the place where an arrow function was written. */
  readonly newTarget?: Slot
  /** The class or constructor that a class extends. */
  readonly parent?: Slot
  /** The computed keys of a class, by position. */
  readonly keys?: readonly Slot[]
  /** The object whose prototype `super` looks into. */
  readonly home?: Slot
  /** What must be complete before the code runs, as it is read while the class is defined. */
  readonly eager?: readonly Slot[]
  /** The values of the private statics of a class, by position. */
  readonly statics?: readonly Slot[]
  /** Names of the private instance members of a class, for messages. */
  readonly privateState?: readonly string[]
}
interface BoundNode extends Own {
  readonly kind: 'bound'
  readonly target: Slot
  readonly self: Slot
  readonly args: readonly Slot[]
}
/** A function or class that a module exports, by reference. */
interface ImportedNode {
  readonly kind: 'imported'
  /** Index into the code table, of a unit that is the export itself. */
  readonly code: number
}
/** The prototype object that came with a function or class. */
interface PrototypeNode extends Own {
  readonly kind: 'prototype'
  readonly of: Slot
}
/** A method or accessor function that came with a class; `static` of the class itself, else of its prototype. */
interface MemberNode extends Own {
  readonly kind: 'member'
  readonly of: Slot
  readonly static: boolean
  readonly key: Slot
  readonly part: 'value' | 'get' | 'set'
}
/** An instance of a registered type. */
interface TypedNode {
  readonly kind: 'typed'
  readonly name: string
  readonly state: Slot
  /** The type itself, where it travels: its class, `encode` and `decode`. */
  readonly type?: { readonly constructor: Slot; readonly encode: Slot; readonly decode: Slot }
}
/** Something that stayed behind and is called through a port (`callback`, `Comlink.proxy`). */
interface RemoteNode {
  readonly kind: 'remote'
  readonly port: unknown
}

/** A handle on a value that is sent once: by the id under which the receiver has it, or with the value in place. */
interface SharedNode {
  readonly kind: 'shared'
  readonly id?: string
  readonly value?: Slot
}

/** One thing with identity. */
export type HeapNode =
  | PlainNode
  | SymbolNode
  | RegisteredSymbolNode
  | GlobalNode
  | ObjectNode
  | ArrayNode
  | ArgumentsNode
  | MapNode
  | SetNode
  | NativeNode
  | BoxedSymbolNode
  | ErrorNode
  | ScopeNode
  | ClosureNode
  | BoundNode
  | ImportedNode
  | PrototypeNode
  | MemberNode
  | TypedNode
  | RemoteNode
  | SharedNode

export type NodeKind = HeapNode['kind']
export type NodeOf<Kind extends NodeKind> = Extract<HeapNode, { kind: Kind }>

/**
 * One code unit: a function that is run once per scope instance and returns `{ make, read, write }`, the makers of its
 * functions, the reader and the writer of its variables. It is one of three: a `text` that is its body, left out by a
 * sender that knows that the receiver has it; an export of a `module`; or a `child`, which the scope around it has among
 * its `scopes`. For an `imported` node the export is the value itself.
 */
export interface CodeUnit {
  /** Content hash of the text, or the URL and the place there. */
  readonly hash: string
  readonly text?: string
  /** Where a module exports the unit as a function. */
  readonly module?: { readonly url: string; readonly export: string }
  /** The position of the unit among those that its parent scope makes. */
  readonly child?: number
  /** The variables of the scope, in the order of `ScopeNode.env`. */
  readonly names: readonly string[]
}

/** What is posted, stored or written as bytes: a versioned record that structured clone copies. */
export interface PayloadData {
  /** `FORMAT_VERSION` of the writer. */
  readonly brine: number
  /** The code of all functions and classes, each text once. */
  readonly code: readonly CodeUnit[]
  /** All that has identity, one node each. */
  readonly heap: readonly HeapNode[]
  /** The value itself. */
  readonly root: Slot
}

/** A serialized value: `postMessage(payload.data, payload.transfer)` sends it. */
export interface Payload {
  /** The value, in a form that structured clone copies. */
  readonly data: PayloadData
  /** What moves along instead of being copied: the second argument of `postMessage`. */
  readonly transfer: readonly unknown[]
}
