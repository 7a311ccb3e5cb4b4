/**
 * Pickle a closure and run it in a Web Worker.
 * @module
 */
export {}
