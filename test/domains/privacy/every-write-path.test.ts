import { expect, test } from 'vitest';
import { ACCESS_PREFIX } from '../../../functions/domains/privacy/access/job.ts';
import { sections } from '../../../functions/domains/privacy/access/sections.ts';
import { allDeclarations } from '../../../functions/domains/privacy/personal-data.ts';
import { fileNameOf } from '../../../functions/model/personal-data/section.ts';
import { openMail } from '../../../functions/platform/mail/mail.ts';
import { allServices } from '../../../functions/services.ts';
import { localSender, verifySender } from '../../../lib/local/ministack/mail-sender.ts';
import { listSentMail } from '../../../lib/local/ministack/sent-mail.ts';
import { clientConfig } from '../../../lib/process/environment.ts';
import { tableEndpoint } from '../../support/table.ts';
import { readAccessFile } from './access/access-file.ts';
import { jsonIn, linesIn } from './access/unzip.ts';
import { formsOf, tracesOf } from './erasure/traces.ts';
import { person, type World } from './person.ts';
import { routes } from './route-writes.ts';
import { startShop } from './shop.ts';
import { triggers } from './worker-writes.ts';

const identifiers = [...Object.values(person), 'ada.main@xn--mller-kva.example'];

test('lists for every writing route and every worker trigger how it stores a person', () => {
  const declared = allServices.flatMap((service) =>
    Object.entries(service.routes).flatMap(([id, { method }]) => (method === 'GET' ? [] : [id])),
  );
  const started = allServices.flatMap((service) =>
    service.triggers.map(({ on, ...of }) => `${on} ${'prefix' in of ? of.prefix : 'kind' in of ? of.kind : ''}`),
  );
  expect(Object.keys(routes).toSorted()).toEqual(declared.toSorted());
  expect(Object.keys(triggers).toSorted()).toEqual([...new Set(started)].toSorted());
});

/** The order: some need the results of others. */
const order = ['createOrUpdateProfile', 'createProfile', 'updateProfile', 'undoProfileMerge', 'mergeProfiles'];
const ways = [
  ...order.map((name) => [name, routes[name]] as const),
  ...Object.entries(routes).filter(([name]) => !order.includes(name)),
  ...Object.entries(triggers),
  // A person who unsubscribes leaves all lists.
  ['addProfilesToList', routes.addProfilesToList] as const,
];

const write = async (world: World, onStatus: (status: number, name: string) => void): Promise<void> => {
  for (const [name, way] of ways) {
    if (way === undefined || typeof way === 'string') continue;
    const { status } = (await way(world)) ?? { status: 200 };
    onStatus(status, name);
  }
};

/** A shop that records all requests and uploads, to repeat them. */
const startWorld = async () => {
  await verifySender(tableEndpoint());
  const shop = await startShop({}, { mail: openMail({ from: localSender }, clientConfig(tableEndpoint())) });
  const id = async (): Promise<string> =>
    (await shop.get(`/api/profiles?filter=equals(external_id,"${person.external_id}")`)).body.data[0]?.id ?? '';
  const asked: (() => Promise<unknown>)[] = [];
  const recording =
    <Given extends readonly unknown[], T>(ask: (...given: Given) => Promise<T>) =>
    (...given: Given): Promise<T> => {
      asked.push(() => ask(...given));
      return ask(...given);
    };
  const recordedShop = {
    ...shop,
    post: recording(shop.post),
    patch: recording(shop.patch),
    send: recording(shop.send),
    // A later file at a signed key starts no import.
    importFile: (key: string, text: string | Buffer) =>
      (key.includes('/uploads/') ? shop.importFile : recording(shop.importFile))(key, text),
    workOff: recording(shop.workOff),
  };
  return { world: { shop: recordedShop, id }, shop, asked };
};

/** Types whose items share one record or page of the access file. */
const sharedRecords = new Set([
  'identifier',
  'former_identifier',
  'push_token_owner',
  'consent_ledger_entry',
  'consent_ledger_list_entry',
  'suppression_ledger_entry',
  'consent_chain_head',
  'confirmed_opt_in',
  'event-guard',
  'profile_merge',
  'profile_merge_undone',
  'import_job',
  'import_failed_row',
  'report_place',
  'profile-bulk-import-error',
  'profile-bulk-import-profile',
]);

const personalItems = allDeclarations.flatMap(({ items }) => items);

/** Types of items without a trace of the person after all writes, and the reason. */
const traceless: Readonly<Record<string, string>> = {
  erased_identifier: 'is written by an erasure',
  deletion_job: 'is written by an erasure',
  form_submission: 'names the person only until its worker has run: see erasure/open-form.test.ts',
  webhook_delivery: 'is written by the worker: see test/domains/webhooks/personal-data.test.ts',
  webhook_pending_delivery: 'is written by a consumer of changes, and removed by its run',
  event_job: 'has ids of profiles and events only, compressed',
  access_job: 'is written by a request for what is held',
  import_failed_row: 'names a row of a file by its number',
  'profile-bulk-import-error': 'names a row of a call by its number',
};

/** The access file of a type of items: the section that their domain declares. */
const fileOf = (type: string): string => {
  const name = personalItems.find(({ entity }) => entity.type === type)?.section;
  const section = sections.find((one) => one.name === name);
  return section ? fileNameOf(section) : `${name}.json`;
};

/** For the person's profile, and for those merged into it. */
const idsOfPerson = async (shop: World['shop']): Promise<string[]> => {
  const all = (await shop.items()).filter(({ type }) => type?.S === 'profile');
  const main = all.find(({ external_id }) => external_id?.S === person.external_id)?.id?.S;
  return all.flatMap(({ id, mergedInto }) => (id?.S && (id.S === main || mergedInto?.S === main) ? [id.S] : []));
};

test('exports and erases what every write path stores, and does not bring it back', {
  timeout: 300_000,
}, async () => {
  const { world, shop, asked } = await startWorld();
  await write(world, (status, name) =>
    expect([name, status]).toEqual([name, expect.toSatisfy((one: number) => one < 300)]),
  );
  const profileIds = await idsOfPerson(shop);
  const held = await tracesOf(shop, [...identifiers, ...profileIds]);
  // Messages contain only job ids, and logs no person.
  expect(held.filter((trace) => !/^(item|object) /.test(trace))).toEqual([]);

  // A pending address belongs to no profile yet, and has its own request.
  const zips = [
    await readAccessFile(shop, { external_id: person.external_id }),
    await readAccessFile(shop, { email: person.waiting }),
  ];
  const recordsIn = (file: string) =>
    zips.flatMap((zip) => (file.endsWith('l') ? linesIn(zip, file) : [jsonIn(zip, file) ?? []].flat()));
  const counts = Map.groupBy(
    held.filter((trace) => trace.startsWith('item ')),
    (trace) => trace.split(' ')[1] ?? '',
  );
  // Otherwise a type that is never written would pass.
  const unwritten = personalItems.filter(({ entity }) => !counts.has(entity.type)).map(({ entity }) => entity.type);
  expect(unwritten.toSorted()).toEqual(Object.keys(traceless).toSorted());
  const untold = [...counts].flatMap(([type, all]) => {
    const file = fileOf(type);
    const count = recordsIn(file).length;
    return count === 0 || (!sharedRecords.has(type) && count !== all.length) ? [{ type, file, count, all }] : [];
  });
  expect(untold).toEqual([]);
  const lines = [...recordsIn('imports.jsonl'), ...recordsIn('dry-runs.json')];
  const files = new Set(lines.flatMap(({ file, report }) => [file, report]));
  const objects = held.flatMap((trace) => (trace.startsWith('object ') ? [trace.slice('object '.length)] : []));
  // Failed messages are stored until they expire; here none fails. Feeds have nothing of people.
  const folders = allDeclarations
    .flatMap((holder) => holder.folders)
    .flatMap(({ prefix, change }) => (change === 'expire' || change === 'none' ? [] : [prefix]));
  // The access file is created from these by now.
  expect(folders.filter((prefix) => !objects.some((key) => key.startsWith(prefix)))).toEqual([ACCESS_PREFIX]);
  const uploads = objects.filter(
    (key) => !/^(reports|bulk|privacy|work|exports)\/|^events\/account=|\.(mapping|report)\.json$/.test(key),
  );
  expect(uploads.filter((key) => !files.has(key))).toEqual([]);
  const rowsOf = lines
    .filter(({ row }) => row !== undefined)
    .map(({ import_job, row, outcome }) => `${import_job} ${row} ${outcome}`);
  expect(new Set(rowsOf).size).toBe(rowsOf.length);
  for (const name of ['bulk-imports.json', 'events.jsonl', 'dry-runs.json']) expect(recordsIn(name)).not.toEqual([]);
  const all = zips.flatMap((zip) => Object.values(zip)).join('\n');
  for (const one of Object.values(person).filter((value) => value !== person.email)) expect(all).toContain(one);

  const mails = async () =>
    (await listSentMail(tableEndpoint())).filter(({ To, ...mail }) =>
      formsOf(identifiers).some((form) => JSON.stringify([To, mail]).includes(form)),
    );
  const before = await mails();
  expect(before.every(({ To }) => To.every((to) => identifiers.includes(to)))).toBe(true);
  // The file of a dry run can no longer be imported from its place.
  shop.wait(26 * 60);
  for (const subject of [{ external_id: person.external_id }, { email: person.waiting }]) {
    const certificate = await shop.erase(subject);
    expect(certificate).toMatchObject({ status: 'complete', waiting_files: 0 });
  }

  expect(await tracesOf(shop, identifiers)).toEqual([]);
  // Certificates and receipts contain the ids of profiles.
  const isProof = (trace: string): boolean =>
    personalItems.some(({ entity, outlives }) => outlives !== undefined && trace.startsWith(`item ${entity.type} `));
  expect((await tracesOf(shop, profileIds)).filter((trace) => !isProof(trace))).toEqual([]);

  // The same again: requests, notifications, files and messages.
  for (const again of [...asked]) await again();
  await shop.workOff(shop.told.filter((message) => !/"(erase|sweep|access-person|upload-is-due)"/.test(message)));
  const { data: queued } = (await shop.get('/api/import-jobs?filter=equals(status,"queued")')).body;
  for (const { id: job } of queued)
    await shop.workOff([JSON.stringify({ kind: 'import', account: shop.account, job })]);
  shop.wait(61);
  await shop.workOff(shop.told.filter((message) => message.includes('"upload-is-due"')));
  const again = await tracesOf(shop, identifiers);
  // People who subscribe again get a confirmation mail; dry runs and failed rows keep their files for another attempt.
  const tried = (await shop.items()).flatMap(({ isDryRun, id: job }) => (isDryRun?.BOOL ? [job?.S ?? ''] : []));
  const mayStay = (trace: string): boolean =>
    /^item (pending_opt_in|confirmation_limit) |^object dry-run\/|#REPORTPLACE#dry-run\//.test(trace) ||
    tried.some((job) => trace.includes(job));
  expect(again.filter((trace) => !mayStay(trace))).toEqual([]);
  expect((await mails()).length).toBeGreaterThanOrEqual(before.length);
});
