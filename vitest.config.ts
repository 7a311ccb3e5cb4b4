import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // A stray `.only` would silently skip the rest of the suite.
    allowOnly: false,
    // Two cores are what CI has: more workers than that only slow each other down.
    maxWorkers: 2,
  },
})
