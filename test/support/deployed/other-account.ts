import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { openTarget } from '../../../lib/admin/deployment/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-other-'));

/** A second account of the deployment. As a test, it is not one of those that commands ask to choose from. */
export const otherAccount = async (name: string) => {
  const file = join(folder, 'stack.json');
  writeFileSync(file, JSON.stringify(inject('stack')));
  const { services } = await openTarget({ stackFile: file });
  const { id: account } = await createAccount({ name, isTest: true }, services);
  const { key } = await createKey({ account, name, scopes: ['*'] }, services);
  return { account, key, services, headers: { authorization: `Klaviyo-API-Key ${key}` } };
};
