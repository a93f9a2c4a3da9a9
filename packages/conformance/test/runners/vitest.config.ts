import { defineConfig } from 'vitest/config'
import root from '../../../../vitest.config.ts'

export default defineConfig({
  ...root,
  test: {
    ...root.test,
    root: import.meta.dirname,
    include: ['suite.vitest.ts'],
    reporters: 'json',
  },
})
