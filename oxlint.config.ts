import { defineConfig } from 'oxlint';
import type { OxlintOverride } from 'oxlint';

/** Which folders a folder of src/ may import, itself aside. `limits.ts` and `contract/` are open to all. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  model: [],
  contract: [],
  store: ['model'],
  live: ['model'],
  state: ['model'],
  ops: ['model'],
  notify: ['model'],
  fleet: ['model'],
  access: ['model'],
  config: ['model', 'check'],
  agent: ['wire', 'model'],
  boot: ['model'],
  reconciler: ['wire', 'model', 'fleet'],
  demo: ['wire', 'model', 'store'],
  check: ['model', 'fleet', 'wire'],
  alert: ['model', 'check'],
  ingest: ['wire', 'model', 'live', 'store'],
  query: ['model', 'store', 'check', 'alert'],
  runner: ['wire', 'model'],
  compat: ['wire', 'model'],
  judge: ['model', 'live', 'check', 'alert', 'notify', 'fleet'],
  rehearsal: ['model', 'live', 'judge', 'alert', 'notify'],
  backtest: ['model', 'live', 'store', 'check', 'fleet', 'judge', 'notify', 'alert'],
  http: ['wire', 'model', 'live', 'query', 'access', 'fleet', 'boot'],
  cli: [
    'app.ts',
    'config',
    'model',
    'wire',
    'ops',
    'state',
    'access',
    'demo',
    'rehearsal',
    'backtest',
    'boot',
  ],
};

/** Decisions and decoders: bytes, values and times in, answers out. Nothing of the machine is theirs. */
export const PURE: readonly string[] = ['wire', 'model', 'contract', 'fleet', 'check', 'alert', 'boot'];

/** Every folder of src/. */
export const SRC_FOLDERS: readonly string[] = [...Object.keys(ARROWS), 'threads'];
const FOLDERS = SRC_FOLDERS.filter((folder) => folder !== 'contract');
const ROOTS = ['app.ts', 'main.ts'];

const NO_TESTS = { regex: '(^|/)test/', message: 'Nothing imports the tests.' };

function forbidden(folder: string, allowed: readonly string[]): { regex: string; message: string } {
  const folders = FOLDERS.filter((name) => name !== folder && !allowed.includes(name)).map(
    (name) => `${name}/`,
  );
  const roots = ROOTS.filter((name) => !allowed.includes(name)).map((name) => name.replace('.', '\\.'));
  const arrow = allowed.length === 0 ? 'nothing of ours' : allowed.join(', ');
  return {
    regex: `(^|/)\\.\\./(${[...folders, ...roots].join('|')})`,
    message: `src/${folder} imports ${arrow} (docs/ARCHITECTURE.md, "The house").`,
  };
}

const NO_MACHINE = {
  regex:
    '^node:(child_process|crypto|dgram|dns|fs|http|https|net|os|process|sqlite|timers|tls|worker_threads)',
  message: 'This folder is pure: what it needs of the machine comes in as an argument.',
};

const layers: OxlintOverride[] = Object.entries(ARROWS).map(([folder, allowed]) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [forbidden(folder, allowed), NO_TESTS, ...(PURE.includes(folder) ? [NO_MACHINE] : [])] },
    ],
  },
}));

const web: OxlintOverride = {
  files: ['web/**/*.ts', 'web/**/*.tsx'],
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'react'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `/src/((${FOLDERS.join('|')})/|[a-z-]+\\.ts$)`,
            message: 'The page knows the server by src/contract only.',
          },
          NO_TESTS,
          { regex: '^node:', message: 'The page runs in a browser.' },
        ],
      },
    ],
    'react/react-in-jsx-scope': 'off',
    'react/exhaustive-effect-dependencies': 'off',
    // For the React compiler, which the page does not use.
    'react/refs': 'off',
    'react/purity': 'off',
    'react/incompatible-library': 'off',
    'react/set-state-in-effect': 'off',
    'react/preserve-manual-memoization': 'off',
    'import/no-unassigned-import': ['error', { allow: ['**/*.css'] }],
    'react/rules-of-hooks': 'error',
    'react/exhaustive-deps': 'error',
    'react/no-danger': 'error',
    'react/jsx-key': 'error',
  },
};

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise'],
  categories: { correctness: 'error', suspicious: 'error' },
  env: { es2024: true, builtin: true },
  ignorePatterns: [
    '**/node_modules/**',
    'web/dist/**',
    'web/public/**',
    'test/vectors/**',
    'bench/results/**',
  ],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
    // An AbortSignal's reason is handed on as it is.
    'typescript/prefer-promise-reject-errors': [
      'error',
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],
    'typescript/no-deprecated': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-named-as-default': 'off',
    'import/no-named-as-default-member': 'off',
    'unicorn/prefer-node-protocol': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-console': 'error',
    'no-eval': 'error',
    'no-fallthrough': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    // TypeScript's own noImplicitReturns knows exhaustive switches; columns are read with `as` where an index is in bounds.
    'consistent-return': 'off',
    'no-shadow': 'off',
    // Threads, not windows.
    'unicorn/require-post-message-target-origin': 'off',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'promise/always-return': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'max-lines': ['error', { max: 500 }],
    'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
  },
  overrides: [
    ...layers,
    web,
    {
      files: ['src/cli/**/*.ts', 'src/main.ts', 'bench/**/*.ts', 'test/sim/**/*.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['test/**/*.ts', 'bench/**/*.ts'],
      rules: {
        'max-lines-per-function': 'off',
        'unicorn/consistent-function-scoping': 'off',
        'typescript/unbound-method': 'off',
      },
    },
    { files: ['*.config.ts', 'web/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
