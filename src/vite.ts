/**
 * The Vite plugin: closures that capture by themselves.
 *
 * @module
 */
export { brine } from './vite/plugin.ts'
export type { BrineOptions } from './vite/plugin.ts'
