import { expect, it, vi } from 'vitest'
import { globalPath, resolveGlobal } from './globals.ts'
import { ensureIntrinsics } from './intrinsics.ts'
import { bind } from './bind.ts'
import { task } from './task.ts'

it('names what every copy of brine has, and resolves the names to the first copy', async () => {
  ensureIntrinsics()
  vi.resetModules()
  const copy = {
    ...(await import('./intrinsics.ts')),
    ...(await import('./registry.ts')),
    ...(await import('./task.ts')),
    ...(await import('../errors/brine-error.ts')),
  }
  copy.ensureIntrinsics()
  expect(copy.task).not.toBe(task)
  expect(globalPath(copy.task)).toBe('brine:task')
  expect(globalPath(copy.BrineError.prototype)).toBe('brine:BrineError.prototype')
  expect(resolveGlobal('brine:task')).toBe(task)
  expect(resolveGlobal('brine:bind')).toBe(bind)
})
