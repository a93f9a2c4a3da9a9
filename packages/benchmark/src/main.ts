import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure } from './comparison.ts'
import { coreComparisons } from './core-comparisons.ts'
import { fileComparisons } from './file-comparisons.ts'

const directory = await mkdtemp(join(tmpdir(), 'mako-benchmark-'))
try {
  const comparisons = [...(await coreComparisons()), ...(await fileComparisons(directory))]
  console.log(
    'work              | against                           |   ours µs | theirs µs | ratio | CPU ratio | target',
  )
  for (const comparison of comparisons) {
    const { oursMicros, theirsMicros, timeRatio, cpuRatio } = await measure(comparison)
    const cells = [
      comparison.name.padEnd(17),
      comparison.against.padEnd(33),
      oursMicros.toFixed(1).padStart(9),
      theirsMicros.toFixed(1).padStart(9),
      timeRatio.toFixed(2).padStart(5),
      cpuRatio.toFixed(2).padStart(9),
      `${timeRatio <= comparison.target ? 'met' : 'MISSED'}: at most ${comparison.target}`,
    ]
    console.log(cells.join(' | '))
  }
} finally {
  await rm(directory, { recursive: true })
}
