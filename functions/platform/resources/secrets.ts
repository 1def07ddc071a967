import * as v from 'valibot';
import { openSecrets } from '../secrets/secrets.ts';
import { lazyResource } from './declaration.ts';

/** Keys and passwords of other systems, which operators store in SSM's Parameter Store (ADR 73). */
export const secrets = lazyResource({
  env: { SECRETS_PREFIX: v.string() },
  open: ({ SECRETS_PREFIX: prefix }, { connection }) => openSecrets({ prefix }, connection),
});
