import * as v from 'valibot';
import { type Html, html } from '../../../platform/html.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Context } from '../../accounts/context.ts';
import { emailsOf, idsOf } from '../../profiles/records/profile.ts';
import { getProfile } from '../../profiles/records/resolve.ts';
import { linkOf } from '../records/chain.ts';
import { type Evidence, LedgerEntry } from '../records/consent.ts';
import { addressLedgerPk, ledgerPk } from '../records/store.ts';
import { SuppressionEntry } from '../records/suppression.ts';
import { readEntries, type Verification, verifyLedger } from './verify.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** Everything recorded about one person's consent, complete enough to be verified without us. */
export interface LedgerExport {
  readonly account: string;
  readonly profile: string;
  readonly exportedAt: string;
  readonly how: string;
  readonly ledgers: readonly (Verification & { readonly items: readonly Item[] })[];
}

const HOW =
  'chain.hash of an item is the SHA-256, in base64url, of its JSON without chain.hash: members in the order of their names, at every depth, without white space. chain.previous is the hash of the item before, chain.n its number.';

/** Exports the ledger of the profile, and those of its e-mail addresses and of addresses that it consented for. */
export const exportLedger = async (profileId: string, context: Deps): Promise<LedgerExport> => {
  const { account } = context;
  const profile = await getProfile(profileId, context);
  const own = idsOf(profile).map((id) => ledgerPk(account, id));
  const consentedEmails = (await inParallel(own, own.length, (ledger) => readEntries(ledger, context)))
    .flat()
    .flatMap((item) => {
      const parsed = v.safeParse(
        v.object({ address: v.object({ kind: v.literal('email'), value: v.string() }) }),
        item,
      );
      return parsed.success ? [parsed.output.address.value] : [];
    });
  const emails = [...new Set([...emailsOf(profile), ...consentedEmails])];
  const all = [...own, ...emails.map((value) => addressLedgerPk(account, { kind: 'email', value }))];
  return exportLedgers(all, profile.id, context);
};

/** Exports ledgers as stored, with their faults. */
export const exportLedgers = async (
  ledgerKeys: readonly string[],
  profile: string,
  context: Deps,
): Promise<LedgerExport> => {
  const { account, now } = context;
  const ledgers: LedgerExport['ledgers'][number][] = [];
  for (const ledger of ledgerKeys) {
    const items = (await readEntries(ledger, context)).toSorted((a, b) => (linkOf(a)?.n ?? 0) - (linkOf(b)?.n ?? 0));
    ledgers.push({ ...(await verifyLedger(ledger, context)), items });
  }
  return { account, profile, exportedAt: now().toISOString(), how: HOW, ledgers };
};

/** The export as an HTML page. */
export const exportPage = ({ account, profile, exportedAt, how, ledgers }: LedgerExport): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Consent of profile ${profile}</title>
<style>
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid; }
code { overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Consent of profile ${profile}</h1>
<p>Account ${account}, as recorded up to ${exportedAt}. The newest entry comes last.</p>
${ledgers.map(section)}
<h2>How to check it</h2>
<p>The JSON export holds every entry as it is stored. ${how}</p>
</main>
</body>
</html>
`;

const section = ({ ledger, items, faults, end }: LedgerExport['ledgers'][number]): Html => html`
<h2>${ledger.split('#').slice(3).join(' ')}</h2>
<p>${faults.length === 0 ? 'The chain is whole: no entry was changed or removed.' : 'This ledger was tampered with:'}${
  end !== undefined && html` It ends in <code>${end}</code>.`
}</p>
${faults.length > 0 && html`<ul>${faults.map(({ entry, detail }) => html`<li>${entry} ${detail}</li>`)}</ul>`}
${
  items.length === 0
    ? html`<p>Nothing was recorded.</p>`
    : html`<div class="wide" tabindex="0" role="region" aria-label="Entries"><table>
<tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">How</th><th scope="col">Shown</th><th scope="col">Hash</th></tr>
${items.map(row)}
</table></div>`
}`;

const row = (item: Item): Html => {
  const { n, hash } = linkOf(item) ?? {};
  const { at, what, evidence } = describeEntry(item);
  const { wording, wordingVersion, request, signals, ...how } = evidence;
  const requestFields = request && { 'asked for at': request.at, 'asked for from': request.ip };
  const { gpc, tcString, consentMode } = signals ?? {};
  const flags = { ...(gpc && { gpc: 'yes' }), ...(tcString && { tcString }), ...consentMode };
  const evidenceLines = Object.entries({ ...how, ...requestFields, ...flags }).map(
    ([name, value]) => html`${name}: ${value}<br>`,
  );
  return html`<tr><td>${n}</td><td>${at}</td><td>${what}</td><td>${evidenceLines}</td><td>${wordingVersion} ${wording}</td><td><code>${hash}</code></td></tr>`;
};

const describeEntry = (
  item: Item,
): { readonly at: string; readonly what: string; readonly evidence: Partial<Evidence> } => {
  const consent = v.safeParse(LedgerEntry, item);
  if (consent.success) {
    const { at, recordedAt, channel, purpose, from, to, address, listId, isLate, evidence } = consent.output;
    const subject = [`${channel} ${purpose}`, address?.value, listId && `list ${listId}`].filter(Boolean).join(', ');
    const late = isLate ? `, recorded on ${recordedAt}, after a newer entry` : '';
    return { at, what: `${subject}: ${from} to ${to}${late}`, evidence };
  }
  const suppression = v.safeParse(SuppressionEntry, item);
  if (!suppression.success) return { at: '', what: 'This entry cannot be read.', evidence: {} };
  const { at, reason, to, evidence = {} } = suppression.output;
  return { at, what: `${to} ${reason}`, evidence };
};
