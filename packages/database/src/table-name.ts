/** @throws {TypeError} where `table` is not a plain word, which needs no escaping in a statement. */
export function checkTableName(table: string): void {
  if (typeof table !== 'string' || !/^\w{1,64}$/.test(table)) {
    throw new TypeError(
      "table must be a name of 1 to 64 letters, digits and underscores, such as 'mako_sessions'",
    )
  }
}
