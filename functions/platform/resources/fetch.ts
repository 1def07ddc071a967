import * as v from 'valibot';
import { openFetch } from '../fetch/fetch.ts';
import { openedOnCall } from './declaration.ts';

/** Sends requests to hosts on the internet that others named. Needs no permission, and is declared all the same. */
export const outgoing = openedOnCall({
  env: { FETCH: v.literal('on') },
  open: () => openFetch(),
});
