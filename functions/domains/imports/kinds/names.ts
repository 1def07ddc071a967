/**
 * All kinds of imports, named like the folders of their files. In a file of their own, since most importers need only
 * the names.
 */
export const kinds = ['profiles', 'events', 'catalog'] as const;
export type Kind = (typeof kinds)[number];
