import { applyEvents, events } from './events.ts';
import type { ApplyRows, ImportKind } from './kind.ts';
import { applyProfiles, profiles } from './profiles.ts';

/** Every kind of import, by the name of the folder where its files are put. */
const declared = { profiles, events };

export type Kind = keyof typeof declared;

export const importKinds: Readonly<Record<Kind, ImportKind>> = declared;

/** Apart from the kinds, so that services which only read files don't load what applies their rows. */
export const appliers: Readonly<Record<Kind, ApplyRows>> = { profiles: applyProfiles, events: applyEvents };

// `Object.keys` knows no names.
export const kinds = Object.keys(declared) as readonly Kind[];
