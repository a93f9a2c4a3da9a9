import { type Answer, page, redirect } from '../answer.ts'
import { codeSample } from '../code-sample.ts'
import type { DemoSession, Order } from '../demo-session.ts'
import { formatAge } from '../duration.ts'
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { PageRequest } from '../route.ts'

const items = ['Surf wax', 'Diving mask', 'Reef poster', 'Plush mako shark']
const maxOrders = 20

/** Shows the form, with a token that is valid for one order. */
export function showOrder({ session }: PageRequest): Answer {
  const content = html`<h1>Order</h1>
<p class="lead">Click twice, or go back and send the form again: your order is taken only once.</p>
<form class="panel inline" method="post" action="/order/send">
<input type="hidden" name="token" value="${session.generateToken()}">
<label for="item">What would you like?</label>
<select id="item" name="item">${items.map((item) => html`<option>${item}</option>`)}</select>
<button>Send the order</button>
</form>
${codeSample('session.generateToken()', 'await session.validateToken(token)')}`
  // The back button must show the form with its spent token, not load a page with a new one.
  return page(layout('Order', content, session), 200, { 'Cache-Control': 'private, no-cache' })
}

/** Takes an order, once. */
export async function sendOrder({ session, form }: PageRequest): Promise<Answer> {
  const token = form.get('token') ?? ''
  const isFirst = await session.validateToken(token)
  if (!isFirst) return refuse(session)
  const item = form.get('item') ?? ''
  if (!items.includes(item)) {
    session.flash('error', 'Choose something from the list.')
    return redirect('/order')
  }
  const order = { item, sentAt: Date.now() }
  session.update('orders', (orders) => [...orders, order].slice(-maxOrders), [])
  session.flash('success', `${item}: ordered.`)
  session.flash('spentToken', token)
  return redirect('/order/sent')
}

/** Lists what was ordered. */
export function showOrders({ session }: PageRequest): Answer {
  const content = html`<h1>Your orders</h1>
${resendForm(session.flash('spentToken'))}
${orderList(session)}`
  return page(layout('Your orders', content, session))
}

function refuse(session: DemoSession): Answer {
  const content = html`<h1>Already sent</h1>
<p class="lead">This form was sent before, or its session is over. Nothing was ordered now.</p>
${orderList(session)}`
  return page(layout('Already sent', content, session), 409)
}

/** The form that was just sent, to be sent a second time. Its token is spent, so it is refused. */
function resendForm(spentToken: string | false): Html | undefined {
  if (spentToken === false) return undefined
  return html`<form class="panel aside" method="post" action="/order/send">
<input type="hidden" name="token" value="${spentToken}">
<input type="hidden" name="item" value="${items[0]}">
<p>As if you had clicked twice:</p>
<button class="quiet">Send that same form again</button>
</form>`
}

function orderList(session: DemoSession): Html {
  const orders = session.get('orders', [])
  const list =
    orders.length > 0
      ? html`<ul class="rows">${orders.toReversed().map(row)}</ul>`
      : html`<p class="empty">Nothing ordered yet.</p>`
  return html`${list}
<p class="after"><a class="button" href="/order">New order</a></p>`
}

function row({ item, sentAt }: Order): Html {
  return html`<li><span class="row-text">${item}</span><span class="row-time">${formatAge(sentAt)}</span></li>`
}
