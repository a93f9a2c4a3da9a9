import { defineConfig } from 'vitest/config'

const source = '@mako-session/source'

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    include: ['packages/{*,internal/*}/test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    // The processes that tests start run the sources too: nothing has to be built before a test.
    env: { NODE_OPTIONS: `--import=tsx --conditions=${source} --no-warnings` },
    reporters: ['default', ['json', { outputFile: 'reports/test.json' }]],
  },
})
