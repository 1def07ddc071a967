/** The origin that a row stores with what it writes. By it, a repeated row is recognized. */
export const originOf = ({ id }: { readonly id: string }, row: number): string => `import:${id}#${row}`;
