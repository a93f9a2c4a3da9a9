export { type Next, sessionMiddleware } from './http/session-middleware.ts'
