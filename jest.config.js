// Two kinds of tests: `x.test.ts` touches nothing outside the process; `x.it.ts` talks to the real servers that
// testkit/services starts once for the whole run (globalSetup) and stops afterwards.
// examples run themselves, as their users would: tests/examples.it.ts calls them
const roots = ['<rootDir>/packages', '<rootDir>/tests', '<rootDir>/demo']
const common = {
  roots,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  modulePathIgnorePatterns: [
    '<rootDir>/packages/.*/dist/',
    '<rootDir>/.sluice/',
    '<rootDir>/examples/.*/dist/',
  ],
}

const realServers = {
  ...common,
  setupFilesAfterEnv: ['<rootDir>/scripts/it-setup.js'],
  globalSetup: '<rootDir>/packages/testkit/src/services/jest-global-setup.ts',
  globalTeardown: '<rootDir>/packages/testkit/src/services/jest-global-teardown.ts',
}

export default {
  reporters: ['default', '<rootDir>/scripts/closing-line-reporter.js'],
  projects: [
    { ...common, displayName: 'unit', testMatch: ['**/*.test.ts'] },
    {
      ...realServers,
      displayName: 'it',
      testMatch: ['**/*.it.ts', '!**/tests/faults/**', '!**/*.faults.it.ts'],
    },
    // workers frozen, brokers killed, servers stopped under a whole pipeline, and what needs several servers of its own: an hour, by `pnpm faults`
    {
      ...realServers,
      displayName: 'faults',
      testMatch: ['**/tests/faults/**/*.it.ts', '**/*.faults.it.ts'],
    },
  ],
}
