/** How pages begin a message that something was done. */
export const success = '<p class="notice success" role="status">'

/** How pages begin a message that something was not done. */
export const error = '<p class="notice error" role="alert">'
