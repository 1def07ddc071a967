import * as v from 'valibot';
import { openFetch } from '../fetch/fetch.ts';
import { lazyResource } from './declaration.ts';

/** Sends requests to hosts on the internet that others chose. Needs no IAM permission, but has to be declared. */
export const fetchResource = lazyResource({
  env: { FETCH: v.literal('on') },
  open: () => openFetch(),
});
