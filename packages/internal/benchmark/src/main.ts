import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Comparison, type Measurement, measure } from './comparison.ts'
import { coreComparisons } from './core-comparisons.ts'
import { fileComparisons } from './file-comparisons.ts'
import { siteComparisons } from './site-comparisons.ts'

/** Only comparisons with this text in their name are measured. */
const [, , wanted = ''] = process.argv
const misses: Comparison[] = []
const directory = await mkdtemp(join(tmpdir(), 'mako-benchmark-'))
const sites = await siteComparisons()
try {
  console.log(
    'work                | against                           |   ours µs |  (CPU) | theirs µs |  (CPU) | ratio | CPU ratio | target',
  )
  const inProcess = [...(await coreComparisons()), ...(await fileComparisons(directory))]
  for (const comparison of [...inProcess, ...sites.comparisons]) {
    if (!comparison.name.includes(wanted)) continue
    const measurement = await measure(comparison)
    console.log(row(comparison, measurement))
    if (!isMet(comparison, measurement)) misses.push(comparison)
  }
  for (const { name, against, ours, times } of misses) {
    console.log(`\n"${name}" missed its target against ${against}. Its CPU time goes to:`)
    for (const it of await ours.profile(times * 5)) {
      console.log(`${(it.share * 100).toFixed(1).padStart(5)} % ${it.name}`)
    }
  }
} finally {
  await sites.stop()
  await rm(directory, { recursive: true })
}

function isMet({ target, targetOf }: Comparison, { ratio }: Measurement): boolean {
  return ratio[targetOf] <= target
}

function row(comparison: Comparison, measurement: Measurement): string {
  const { name, against, target, targetOf } = comparison
  const { ours, theirs, ratio } = measurement
  const verdict = isMet(comparison, measurement) ? 'met' : 'MISSED'
  return [
    name.padEnd(19),
    against.padEnd(33),
    ours.micros.toFixed(1).padStart(9),
    ours.cpuMicros.toFixed(1).padStart(6),
    theirs.micros.toFixed(1).padStart(9),
    theirs.cpuMicros.toFixed(1).padStart(6),
    ratio.micros.toFixed(2).padStart(5),
    ratio.cpuMicros.toFixed(2).padStart(9),
    `${verdict}: at most ${target}${targetOf === 'cpuMicros' ? ' of CPU' : ''}`,
  ].join(' | ')
}
