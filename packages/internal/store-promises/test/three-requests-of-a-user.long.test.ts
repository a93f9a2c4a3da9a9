import { describeThrees, threesWithAnEnd } from './explore-threes.ts'

describeThrees('of a user', threesWithAnEnd, { isLoggedIn: true })
