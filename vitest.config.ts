import { defineConfig } from 'vitest/config'

// Real servers come up once for the whole run; tests are kept apart by database. The host may pause for seconds, so no
// deadline here is a statement about speed.
export default defineConfig({
  test: {
    include: ['apps/*/src/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['tests/servers.global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 3,
  },
})
