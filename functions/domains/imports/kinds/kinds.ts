import { events } from './events.ts';
import type { ImportKind } from './kind.ts';
import { profiles } from './profiles.ts';

/** Every kind of import, by the name of the folder where its files are put. */
export const importKinds = { profiles, events } satisfies Readonly<Record<string, ImportKind>>;

export type Kind = keyof typeof importKinds;

// `Object.keys` knows no names.
export const kinds = Object.keys(importKinds) as readonly Kind[];
