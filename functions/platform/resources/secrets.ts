import * as v from 'valibot';
import { openSecrets } from '../secrets/secrets.ts';
import { openedOnCall } from './declaration.ts';

/** Keys and passwords of others that owners keep for the service in SSM's Parameter Store (ADR 73). */
export const secrets = openedOnCall({
  env: { SECRETS_PREFIX: v.string() },
  open: ({ SECRETS_PREFIX: prefix }, { connection }) => openSecrets({ prefix }, connection),
});
