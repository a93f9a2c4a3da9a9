import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = '@mako-session/source'
/** `TESTS=long` runs the files named `name.long.test.ts`; without it, those named `name.test.ts` run. */
const { TESTS } = process.env

/** Ends what hangs, and nothing else: however busy the machine is, a test takes as long as it takes. */
const hangMs = 10 * 60_000

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    include: [`packages/{*,internal/*}/test/**/+([!.])${TESTS ? `.${TESTS}` : ''}.test.ts`],
    setupFiles: fileURLToPath(
      new URL('packages/internal/store-promises/src/nothing-to-steal.ts', import.meta.url),
    ),
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: hangMs,
    hookTimeout: hangMs,
    teardownTimeout: hangMs,
    // The processes that tests start run the sources too: nothing has to be built before a test.
    env: { NODE_OPTIONS: `--import=tsx --conditions=${source} --no-warnings` },
    reporters: [
      'default',
      ['json', { outputFile: `reports/test${TESTS ? `-${TESTS}` : ''}.json` }],
    ],
  },
})
