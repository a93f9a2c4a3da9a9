import type { Store } from '@mako-session/core'

/** Never answers, and keeps its process alive. */
export function openStore(): Store {
  setInterval(() => {}, 1_000)
  const hang = (): Promise<never> => new Promise(() => {})
  return { read: hang, create: hang, update: hang, delete: hang, gc: hang }
}
