export { type Runner, registerConformance } from './register-conformance.ts'
