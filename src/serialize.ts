/**
 * Serialize values and closures, without workers.
 * @module
 */
export {}
