import { registerDriver } from './register-driver.ts'

registerDriver('newest')
