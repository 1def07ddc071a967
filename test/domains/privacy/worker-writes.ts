import { gzipSync } from 'node:zlib';
import { type None, person, type Way } from './person.ts';

const { email, alias, phone_number, external_id } = person;

const rows = (kind: string): string =>
  kind === 'catalog'
    ? `id,title,price\n1,Shirt,9.90\n,For ${email},1\n`
    : kind === 'profiles'
      ? `Email,First Name,Timezone,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp\n${email},Ada,,,TRUE,2025-12-01\n${alias},A,x,wrong,,\neve@example.com,Eve,,,TRUE,2025-12-01\n`
      : `Person//Email,Timestamp,Metric\n${email},2025-12-01,Visit\n${alias},never,Visit\n`;

const byTransfer = (bucket: string, key: string): string =>
  JSON.stringify({
    source: 'aws.transfer',
    'detail-type': 'SFTP Server File Upload Completed',
    detail: { protocol: 'SFTP', username: 'u', 'file-path': `/${bucket}/${key}` },
  });

const bySftp: Way = async ({ shop }) => {
  const key = `sftp/${shop.account}/${shop.account}_shop/profiles/${phone_number}.csv`;
  await shop.importFile(key, rows('profiles'));
  await shop.workOff([byTransfer(shop.buckets.imports, key)]);
  const { data } = (await shop.get('/api/import-jobs?filter=equals(status,"queued")')).body;
  await shop.workOff(
    data.map(({ id }: { readonly id: string }) => JSON.stringify({ kind: 'import', account: shop.account, job: id })),
  );
  return undefined;
};

const byFile =
  (folder: string, kind: string): Way =>
  async ({ shop }) => {
    await shop.importFile(`${folder}${kind}/${email}.csv`, rows(kind));
    await shop.importFile(`${folder}${kind}/${shop.account}/about ${external_id} again.csv.gz`, gzipSync(rows(kind)));
    return undefined;
  };

const bounce = (eventType: 'Bounce' | 'Complaint', address: string, account: string): string => {
  const of = [{ emailAddress: address }];
  const told =
    eventType === 'Bounce'
      ? {
          bounce: {
            bounceType: 'Transient',
            feedbackId: 'f1',
            bouncedRecipients: of,
            timestamp: '2026-01-01T00:00:00Z',
          },
        }
      : { complaint: { complainedRecipients: of, timestamp: '2026-01-01T00:00:00Z' } };
  return JSON.stringify({
    source: 'aws.ses',
    detail: { eventType, mail: { messageId: 'm1', tags: { account: [account] } }, ...told },
  });
};

/** How worker triggers store a person, by `<trigger> <source>`. The test fails for a missing trigger. */
export const triggers: Readonly<Record<string, Way | None>> = {
  'upload profiles/': byFile('', 'profiles'),
  'upload dry-run/profiles/': byFile('dry-run/', 'profiles'),
  'upload events/': byFile('', 'events'),
  'upload dry-run/events/': byFile('dry-run/', 'events'),
  'upload catalog/': byFile('', 'catalog'),
  'upload dry-run/catalog/': byFile('dry-run/', 'catalog'),
  'transfer sftp/': bySftp,
  'upload sftp/': 'is the same file as by the word of the server',
  'mailNotice ': async ({ shop }) => {
    await shop.workOff([bounce('Bounce', email, shop.account), bounce('Complaint', alias, shop.account)]);
    return undefined;
  },
  'change ': async ({ shop }) => {
    await shop.archiveAll(await shop.events());
    return undefined;
  },
  'message sent-by-sftp': 'is the same file as by the word of the server',
  'message copy-tried': 'follows from a route',
  'message upload-is-due': 'ends a job',
  'message import': 'follows from an upload',
  'message import-chunk': 'follows from an upload',
  'message suppress-list': 'follows from a route',
  'message confirmation-mail': 'follows from a route',
  'message form-submission': 'follows from a route',
  'message delete-catalog-category': 'stores nobody',
  'message delete-catalog-item': 'stores nobody',
  'message catalog-feed-sync': 'stores nobody',
  'message catalog-feed-due': 'stores nobody',
  'message web-feed-due': 'stores nobody',
  'message back-in-stock': 'stores an event for somebody who is stored',
  'message product-feed-due': 'stores nobody',
  'message product-feed-refresh': 'stores nobody',
  'message catalog-bulk': 'stores nobody',
  'message delete-list': 'takes memberships away',
  'message erase': 'erases',
  'message sweep': 'erases',
  'message access-person': 'tells what is held',
  'message export': 'follows from a route',
  'message bulk-import': 'follows from a route',
  'message resend-webhook-deliveries': 'sends messages as before',
  'message replay-rejected-items': 'stores what its route stores',
  'message hook-delivery': 'follows from a route',
  'message send-webhook-deliveries': 'follows from a change',
};
