/** The HTML before a message of success. */
export const success = '<p class="notice success" role="status">'

/** The HTML before a message of an error. */
export const error = '<p class="notice error" role="alert">'
