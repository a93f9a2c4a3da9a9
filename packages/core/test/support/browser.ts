import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { LocalServer } from './local-server.ts'

/** A response as a client receives it. */
export interface Answer {
  readonly status: number
  readonly statusMessage: string
  readonly headers: IncomingHttpHeaders
  readonly setCookies: readonly string[]
  readonly body: string
}

export interface RequestInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends requests to a server and keeps its cookies, as a browser does over HTTPS. */
export class Browser {
  readonly #server: LocalServer
  readonly cookies: Map<string, string>

  constructor(server: LocalServer, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#server = server
    this.cookies = new Map(cookies)
  }

  /** Another browser that has the same cookies now. */
  clone(): Browser {
    return new Browser(this.#server, this.cookies)
  }

  async request(path: string, { method = 'GET', headers = {} }: RequestInit = {}): Promise<Answer> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ')
    const { port, agent } = this.#server
    const sent = request({
      port,
      agent,
      path,
      method,
      host: '127.0.0.1',
      headers: { ...(cookie !== '' && { cookie }), ...headers },
    }).end()
    const [response]: [IncomingMessage] = (await once(sent, 'response')) as never
    const setCookies = response.headers['set-cookie'] ?? []
    for (const it of setCookies) this.#take(it)
    return {
      status: response.statusCode ?? 0,
      statusMessage: response.statusMessage ?? '',
      headers: response.headers,
      setCookies,
      body: await text(response),
    }
  }

  #take(setCookie: string): void {
    const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(setCookie) ?? []
    if (/; Max-Age=0(;|$)/.test(setCookie)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
