// The byte form of structured-cloneable data, as `encode.ts` writes it and `decode.ts` reads it.
//
//   bytes  = "brine" version value
//   value  = one byte >= 0x80: the integer 0..127
//          | tag, and what the table below says
//
// Objects are numbered in the order in which they begin, short strings and lists of keys in the order in which they
// are first written; `reference`, `knownText` and `knownKeys` name them by number. All numbers of that kind, counts and
// lengths are unsigned LEB128. Equal data gives equal bytes.

/** The first bytes of every file. */
export const MAGIC: readonly number[] = Array.from('brine', (letter) => letter.charCodeAt(0))

/** The version of the byte form, which follows the magic. */
export const BYTES_VERSION = 1

/** What a value begins with. */
export const Tag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** 32 bits at most, zigzag. */
  integer: 4,
  /** 8 bytes, little-endian. */
  float: 5,
  nan: 6,
  /** Sign, number of bytes, magnitude from its highest byte. */
  bigint: 7,
  /** Number of bytes, UTF-8. */
  text: 8,
  /** Number of code units, UTF-16 little-endian: for text with lone surrogates. */
  rawText: 9,
  knownText: 10,
  reference: 11,
  /** Number of keys, keys, values. */
  object: 12,
  /** Number of a list of keys, values. */
  knownKeys: 13,
  /** Number of pairs; pairs of key and value. For objects of many keys. */
  record: 14,
  /** Length, elements. */
  array: 15,
  /** Length, number of pairs; pairs of index or key, and value. */
  sparseArray: 16,
  /** Number of entries; pairs of key and value. */
  map: 17,
  /** Number of values, values. */
  set: 18,
  /** 8 bytes. */
  date: 19,
  /** Source, flags. */
  regexp: 20,
  /** Number of the class, bits of what follows: message, stack, cause. */
  error: 21,
  /** Number of bytes, bytes. */
  buffer: 22,
  /** Number of bytes, highest number of bytes, bytes. */
  resizableBuffer: 23,
  /** Number of the class, offset, length in elements plus 1 or 0 for up to the end, buffer. */
  view: 24,
  /** A primitive. */
  boxed: 25,
} as const

/** Integers below it are one byte: themselves with the highest bit set. */
export const SMALL = 128

/** Strings up to this length are written once. */
export const LONGEST_KNOWN_TEXT = 24

/** Objects of more keys do not enter their keys into the table. */
export const LONGEST_KNOWN_KEYS = 32

export const HAS_MESSAGE = 1
export const HAS_STACK = 2
export const HAS_CAUSE = 4

/** The classes of errors that structured clone keeps; others become `Error`. */
export const ERROR_NAMES: readonly string[] = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]

export const VIEW_NAMES: readonly string[] = [
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
  'Float16Array',
]
