import { applyCatalog, catalog } from './catalog.ts';
import { applyEvents, events } from './events.ts';
import type { ApplyRows, ImportKind } from './kind.ts';
import type { Kind } from './names.ts';
import { applyProfiles, profiles } from './profiles.ts';

export const importKinds: Readonly<Record<Kind, ImportKind>> = { profiles, events, catalog };

/** Separate from the kinds, so that services which only read files do not load this code. */
export const appliers: Readonly<Record<Kind, ApplyRows>> = {
  profiles: applyProfiles,
  events: applyEvents,
  catalog: applyCatalog,
};
