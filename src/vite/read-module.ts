// Reads a module: its tree, its bindings, and the plan of its conversion.
import { parse } from 'acorn'
import type { Comment, Program } from 'acorn'
import type { Range } from '../syntax/function-syntax.ts'
import { findBindings } from './bindings.ts'
import type { ModuleBindings } from './bindings.ts'
import { hashbangLength } from './directives.ts'
import { findClassUses } from './class-uses.ts'
import { chooseNames } from './instrument.ts'
import { planClosures } from './plan.ts'
import type { Plan } from './plan.ts'
import { isModuleSkipped, skipping } from './skip.ts'

export interface ModuleReading {
  readonly code: string
  readonly program: Program
  readonly bindings: ModuleBindings
  readonly plan: Plan
}

/**
 * Reads a module; undefined if it wants to be left alone.
 *
 * @param skipHints Where a comment was removed that leaves a function alone; see `skipping`.
 * @throws {SyntaxError} with the position `pos`
 */
export function readModule(code: string, skipHints: readonly Range[] = []): ModuleReading | undefined {
  if (isModuleSkipped(code)) return undefined
  const comments: Comment[] = []
  const program: Program = parse(code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    preserveParens: true,
    onComment: comments,
  })
  // Nothing can stand before a hashbang.
  program.start = hashbangLength(code)
  const bindings = findBindings(program)
  const isSkipped = skipping(program, code, comments, bindings.closures, skipHints)
  const classUses = findClassUses(program, bindings.closures)
  const { prefix } = chooseNames(code)
  return { code, program, bindings, plan: planClosures(bindings, isSkipped, classUses, prefix) }
}
