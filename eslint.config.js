import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const impure = [
  { name: 'process', message: 'Pure rooms are handed what they need; only cli reads the process.' },
  { name: 'console', message: 'Only cli prints.' },
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'test/fixtures', 'types', '.lms-db', 'test/matrix'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Method shorthand in ports is what makes them easy to implement; no callback of ours loses its `this`.
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/{core,rules,checks,reporters,operations}/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take a Clock.' },
        { object: 'Math', property: 'random', message: 'Take the randomness as an argument.' },
      ],
    },
  },
  { files: ['src/{files,config,backends}/**/*.ts'], rules: { 'no-console': 'error' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
