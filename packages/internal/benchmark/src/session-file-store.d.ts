declare module 'express-session'

declare module 'session-file-store' {
  type Callback<Result> = (error: unknown, result: Result) => void
  type Session = Record<string, unknown>

  class FileStore {
    constructor(options: { path: string; reapInterval: number; logFn: () => void })
    get(id: string, callback: Callback<Session>): void
    set(id: string, session: Session, callback: Callback<void>): void
  }
  // biome-ignore lint/style/noDefaultExport: session-file-store exports its function in this way.
  export default function load(session: unknown): typeof FileStore
}
