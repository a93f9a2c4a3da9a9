import type { RequestStep } from './interleaved-request.ts'
import { mainUser } from './request-acts.ts'

/** What the owner of a session does, request by request, each with the cookie that he got before. */
export interface VictimRole {
  readonly requests: readonly (readonly RequestStep[])[]
  /** Whether the session belongs to the main user before: one of these. */
  readonly isLoggedIn: readonly boolean[]
  /** The user whom it logs in. */
  readonly user?: string
  /** Whether it ends the session. */
  readonly logsOut?: true
  /** Whether it needs more than a password to log in. */
  readonly hasSecondFactor?: true
}

const someUser = 'the victim'
const putSecret = ['put', 'secret', true] as const

export const victimRoles = {
  'logs in': {
    requests: [[['bindUser', mainUser], putSecret]],
    isLoggedIn: [false, true],
    user: mainUser,
  },
  'logs in, then puts': {
    requests: [[['bindUser', mainUser]], [putSecret]],
    isLoggedIn: [false, true],
    user: mainUser,
  },
  'logs in, then proves a second factor': {
    requests: [[['bindUser', mainUser]], [['regenerateId'], putSecret]],
    isLoggedIn: [false, true],
    user: mainUser,
    hasSecondFactor: true,
  },
  'logs in over another user': {
    requests: [[['bindUser', someUser], putSecret]],
    isLoggedIn: [true],
    user: someUser,
  },
  'gains rights that the application keeps': {
    requests: [[['regenerateId'], putSecret]],
    isLoggedIn: [false, true],
    hasSecondFactor: true,
  },
  'logs out': { requests: [[['destroy']]], isLoggedIn: [true], logsOut: true },
  'logs out with a message': {
    requests: [[['clear'], ['flash', 'farewell', true]]],
    isLoggedIn: [true],
    logsOut: true,
  },
} satisfies Record<string, VictimRole>

/** What somebody does who has the id of before. */
export interface AttackerRole {
  readonly steps: readonly RequestStep[]
  /** Whether he knows the password of the user. */
  readonly knowsPassword?: true
}

const plant = ['put', 'planted', true] as const

export const attackerRoles = {
  reads: { steps: [] },
  puts: { steps: [plant] },
  updates: { steps: [['increment', 'planted']] },
  'changes in place': { steps: [['setField', 'object 0', 'planted']] },
  flashes: { steps: [['flash', 'planted', true]] },
  'makes a token': { steps: [['generateToken']] },
  'makes a form': { steps: [['csrfToken']] },
  'changes the id': { steps: [['regenerateId'], plant] },
  'copies the session': { steps: [['fork'], plant] },
  'logs himself in': { steps: [['bindUser', 'the attacker'], plant] },
  'clears and puts': { steps: [['clear'], plant] },
  'clears and logs himself in': { steps: [['clear'], ['bindUser', 'the attacker'], plant] },
  destroys: { steps: [['destroy']] },
  'logs in with the password': { steps: [['bindUser', mainUser]], knowsPassword: true },
} satisfies Record<string, AttackerRole>
