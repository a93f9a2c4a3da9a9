/** A worker module without `openStore`: the name is misspelt. */
export const openStores = 'misspelt'
