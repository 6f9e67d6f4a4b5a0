import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/chaos/**'],
          testTimeout: 30_000,
          // Else one core of two stands idle.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Real agents and a browser on a small machine: one file after the other.
          fileParallelism: false,
          // They run by the wall clock of a machine that may stand still; script/second-tries.ts names those that
          // needed it.
          retry: 1,
          sequence: { concurrent: false },
        },
      },
      {
        test: {
          name: 'chaos',
          environment: 'node',
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { concurrent: false },
        },
      },
    ],
  },
});
