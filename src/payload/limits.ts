// What a receiver accepts at the most.

/** Limits of a received payload, each a whole number. Above one of them reading fails with `LIMIT_EXCEEDED`. */
export interface Limits {
  /** Nodes in the heap. Default 10,000,000: far above real graphs, below what fills a tab's memory. */
  readonly nodes: number
  /** Code units. Default 10,000. */
  readonly units: number
  /** Characters of code text in all. Default 16,777,216 (16 Mi): a large bundle; parsing more stalls a thread. */
  readonly text: number
  /** Bytes accepted by `fromBytes`. Default 2,147,483,647 (2 GiB - 1): the largest ArrayBuffer everywhere. */
  readonly bytes: number
  /** Length of an array that is not made of the elements sent. Default 4,294,967,295, the language's own. */
  readonly length: number
  /** Registered types whose states hold each other in a row. Default 500: decoding recurses. */
  readonly nesting: number
}

/** The limits where `deserialize` and `fromBytes` are given no others. */
export const DEFAULT_LIMITS: Limits = {
  nodes: 10_000_000,
  units: 10_000,
  text: 16_777_216,
  bytes: 2_147_483_647,
  length: 4_294_967_295,
  nesting: 500,
}

/** How much a function may capture, in bytes; whole numbers. Roughly measured: buffers and text count in full. */
export interface CaptureLimits {
  /**
   * Above it the console warns, once for each function. Default 1,048,576 (1 MiB): copying it takes about as long as ten
   * calls do.
   */
  readonly warn: number
  /**
   * Above it the call fails with `CAPTURE_TOO_LARGE`. Default 268,435,456 (256 MiB): a copy for the page and one for each
   * worker would soon exhaust a tab.
   */
  readonly fail: number
}

/** The limits where a call is given no others. */
export const DEFAULT_CAPTURE_LIMITS: CaptureLimits = { warn: 1_048_576, fail: 268_435_456 }
