import * as v from 'valibot';
import { type Bus, openBus } from '../bus/bus.ts';
import { eagerResource } from './declaration.ts';

/**
 * An event bus for owners inside AWS. `bus` puts events, `busName` only tells which bus there is. Absent if the
 * deployment has none, or if the service uses neither.
 */
export const bus = eagerResource({
  uses: ['bus', 'busName'],
  env: { EVENT_BUS: v.optional(v.string()) },
  open: ({ EVENT_BUS: name }, { connection }): Bus | undefined =>
    name === undefined || name === '' ? undefined : openBus(name, connection),
});
