/** A worker module that forgot what it is for. */
export const openStores = 'misspelt'
