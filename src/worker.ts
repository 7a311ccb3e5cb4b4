/**
 * The script that workers run.
 * @module
 */
export {}
