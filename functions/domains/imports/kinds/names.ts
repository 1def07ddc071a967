/** Every kind of import, by the name of the folder where its files are put. By itself: many know of kinds, few what they do. */
export const kinds = ['profiles', 'events'] as const;
export type Kind = (typeof kinds)[number];
