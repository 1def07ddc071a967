import * as v from 'valibot';
import { openFetch } from '../fetch/fetch.ts';
import { lazyResource } from './declaration.ts';

/** Sends requests to hosts on the internet that others chose. Needs no IAM permission, but has to be declared. */
export const fetchResource = lazyResource({
  /** `loopback` also allows this machine, without TLS. For the local cloud. */
  env: { FETCH: v.picklist(['on', 'loopback']) },
  open: ({ FETCH }) => openFetch({ allowsLoopback: FETCH === 'loopback' }),
});
