import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // A stray `.only` would silently skip the rest of the suite.
    allowOnly: false,
    // A new snapshot is written on request (`vitest run -u`) and not by whoever runs the tests first.
    update: 'none',
    // Long programs and loaded machines take seconds; a hang is still noticed.
    testTimeout: 60_000,
    // Two cores are what CI has: more workers than that only slow each other down.
    maxWorkers: 2,
  },
})
