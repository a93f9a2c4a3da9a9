/** A page that a {@link Visitor} got. */
export interface SeenPage {
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

/** Each request gets its own connection: the server may close an idle one while a request is on its way. */
const ownConnection = { connection: 'close' }

/** A browser without JavaScript: keeps one cookie, sends the forms of the pages that it gets. */
export class Visitor {
  readonly #url: string
  /** The `Cookie` header that it sends. */
  cookie = ''

  constructor(url: string, cookie = '') {
    this.#url = url
    this.cookie = cookie
  }

  async get(path: string, method = 'GET'): Promise<SeenPage> {
    return this.#request(path, { method })
  }

  /** Sends a form of a page: its hidden fields and `typed`. It does not follow a redirect. */
  async submit(
    seen: SeenPage,
    action: string,
    typed: Record<string, string> = {},
  ): Promise<SeenPage> {
    return this.post(action, { ...hiddenFields(seen.html, action), ...typed })
  }

  /** Sends the given fields, without a form of a page. */
  async post(path: string, fields: Record<string, string>): Promise<SeenPage> {
    return this.#request(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async signIn(name: string): Promise<SeenPage> {
    return this.submit(await this.get('/sign-in'), '/sign-in', { name })
  }

  async addNote(text: string): Promise<SeenPage> {
    return this.submit(await this.get('/notes'), '/notes', { text })
  }

  async #request(path: string, options: RequestInit): Promise<SeenPage> {
    const response = await fetch(this.#url + path, {
      ...options,
      redirect: 'manual',
      headers: { ...(this.cookie !== '' && { cookie: this.cookie }), ...ownConnection },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      this.cookie = pair.endsWith('=') ? '' : pair
    }
    const { status, headers } = response
    return { status, headers, html: await response.text() }
  }
}

function hiddenFields(page: string, action: string): Record<string, string> {
  const form = page.split('<form').find((it) => it.includes(`action="${action}"`))
  if (form === undefined) throw new Error(`There is no form for ${action}`)
  const inputs = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]))
}
