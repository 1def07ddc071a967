import { archive } from './archive/index.ts';
import { consent } from './consent/index.ts';
import type { Domain } from './domain.ts';
import { events } from './events/index.ts';
import { imports } from './imports/index.ts';
import { lists } from './lists/index.ts';
import { privacy } from './privacy/index.ts';
import { profiles } from './profiles/index.ts';
import { system } from './system/index.ts';

/** Every domain there is. CDK, the tests and the OpenAPI document all start here. */
export const domains: readonly Domain[] = [archive, consent, events, imports, lists, privacy, profiles, system];
