import { sessionMiddleware } from '../../src/http/node-middleware.ts'
import { listen } from '../support/local-server.ts'
import { describeBinding } from './binding-suite.ts'
import { sendReply } from './send-reply.ts'

describeBinding({
  name: 'sessionMiddleware',
  start(sessions, handler) {
    const middleware = sessionMiddleware(sessions)
    return listen(async (request, response) => {
      if (!(await middleware(request, response))) return
      try {
        sendReply(response, await handler(sessions.of(request), request))
      } catch (error) {
        response.statusCode = Number(Reflect.get(Object(error), 'status') ?? 500)
        response.end(String(error))
      }
    })
  },
})
