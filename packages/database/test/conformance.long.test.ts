import { registerDriver } from './register-driver.ts'

registerDriver('oldest')
