import type { ServiceDeclaration } from './platform/service/service.ts';
import { archive } from './services/archive.ts';
import { catalog } from './services/catalog.ts';
import { changes } from './services/changes.ts';
import { consent } from './services/consent.ts';
import { events } from './services/events.ts';
import { feeds } from './services/feeds.ts';
import { forms } from './services/forms.ts';
import { hooks } from './services/hooks.ts';
import { imports } from './services/imports.ts';
import { lists } from './services/lists.ts';
import { onsite } from './services/onsite.ts';
import { privacy } from './services/privacy.ts';
import { profiles } from './services/profiles.ts';
import { system } from './services/system.ts';
import { webhooks } from './services/webhooks.ts';

/** All services. CDK, the tests and the OpenAPI document start here. */
export const allServices: readonly ServiceDeclaration[] = [
  archive,
  catalog,
  changes,
  consent,
  events,
  feeds,
  forms,
  hooks,
  imports,
  lists,
  onsite,
  privacy,
  profiles,
  system,
  webhooks,
];
