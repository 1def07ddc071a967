import { createAccount, findAccount } from '../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../functions/domains/accounts/keys/actions.ts';
import { expectStatus } from '../session/api.ts';
import type { Check } from '../session/check.ts';
import type { Session } from '../session/session.ts';

/** Reuses the account of an earlier run, or creates one. */
const openAccount = async ({ deployment, state, save }: Session): Promise<string> => {
  const { services } = deployment.target;
  const { account: left } = state();
  if (left !== undefined && (await findAccount(left, services))?.isTest) return left;
  const { id } = await createAccount({ name: 'Smoke test', isTest: true }, services);
  save({ account: id, erasures: [], keyIds: [] });
  return id;
};

export const account: Check = {
  name: 'account',
  claim: 'an account and a key can be created, and the key opens the API',
  phases: ['now', 'later'],
  run: async (session) => {
    const { deployment, api, runId, note, state, save } = session;
    const of = await openAccount(session);
    const made = await createKey({ account: of, name: `smoke ${runId}`, scopes: ['*'] }, deployment.target.services);
    save({ keyIds: [...state().keyIds, made.id] });
    note({ key: made.key });
    expectStatus(await api.call('GET', '/api/profiles?page[size]=1'), 200);
    return { seen: `account ${of}, key …${made.lastFour}` };
  },
  advice:
    'Refused on creation: your own credentials must be able to read and write the table. 401 with the new key: do the functions use this table (TABLE_NAME in their environment)?',
};
