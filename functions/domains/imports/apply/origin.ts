/** What a row leaves where it is applied, so that it is recognized when it comes again. */
export const originOf = ({ id }: { readonly id: string }, row: number): string => `import:${id}#${row}`;
