import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { dayPrefix } from '../../../functions/domains/archive/keys.ts';
import { dayOf } from '../../../functions/model/time.ts';
import { numberBy, queries } from '../session/athena.ts';
import { type Capability, type Check, Failure, type Passed } from '../session/check.ts';
import { outputOf } from '../session/deployment.ts';
import { accountOf, fact, type Session } from '../session/session.ts';
import { waitFor } from '../session/wait.ts';

/** The stream's batches last five minutes. */
const PATIENCE = { seconds: 600, everySeconds: 3 };

const daysOf = ({ startedAt }: Session): readonly string[] => [
  ...new Set([dayOf(startedAt.toISOString()), dayOf(new Date().toISOString())]),
];

const countObjects = async (session: Session): Promise<number> => {
  const { clients } = session.deployment;
  const Bucket = outputOf(session.deployment, 'ArchiveBucket');
  let found = 0;
  for (const day of daysOf(session)) {
    const Prefix = dayPrefix(accountOf(session), day);
    for await (const { Contents = [] } of paginateListObjectsV2({ client: clients.s3 }, { Bucket, Prefix }))
      found += Contents.filter(({ LastModified }) => (LastModified?.getTime() ?? 0) >= startOf(session)).length;
  }
  return found;
};

/** S3 stores times in whole seconds. */
const startOf = ({ startedAt }: Session): number => Math.floor(startedAt.getTime() / 1_000) * 1_000;

export const archive: Check = {
  name: 'archive',
  claim: 'events arrive in the archive without further action',
  after: ['event-twice'],
  run: async (session) => {
    const objects = await waitFor('an object in the archive', PATIENCE, session, async () => {
      const count = await countObjects(session);
      return count > 0 ? count : undefined;
    });
    return { seen: `${objects} objects below ${dayPrefix(accountOf(session), daysOf(session)[0] ?? '')}` };
  },
  advice:
    'Nothing after ten minutes: are the event source mappings of changes-stream and archive-changes enabled, and do their logs name an error? Their failed messages are in their dead-letter queues; npm run admin -- events archive brings the events later.',
};

/** The local cloud has no views: count the lines of the underlying table, each id once. */
const countOf = (tag: 'run' | 'many', session: Session): string => {
  const account = `account = '${accountOf(session)}'`;
  const days = `day >= '${daysOf(session)[0]}'`;
  const mine = `properties LIKE '%"${tag}":"${session.runId}"%'`;
  return session.deployment.isLocal
    ? `SELECT count(DISTINCT id) AS events FROM event_lines WHERE ${account} AND ${days} AND ${mine}`
    : `SELECT count(*) AS events FROM events WHERE ${account} AND ${days} AND ${mine}`;
};

const untilCounted = async (tag: 'run' | 'many', wanted: number, session: Session): Promise<Passed> => {
  let found = 0;
  // Athena charges for at least 10 MB, so this does not query every second.
  const everySeconds = session.deployment.isLocal ? 1 : 30;
  await waitFor(`${wanted} events in Athena`, { ...PATIENCE, everySeconds }, session, async () => {
    found = await numberBy(countOf(tag, session), session);
    session.progress(`Athena finds ${found} of ${wanted} events`);
    return found >= wanted ? found : undefined;
  }).catch((error: unknown) => {
    throw error instanceof Failure && found > 0 ? new Failure(`Athena finds ${found} of ${wanted} events.`) : error;
  });
  if (found !== wanted) throw new Failure(`Athena finds ${found} events; ${wanted} were sent.`);
  return { seen: `${found} events` };
};

const advice =
  'An error of permissions: in accounts with Lake Formation grant your role SELECT on the database. Too few: look at the dead letters of archive-changes. Too many: the view `events` counts copies.';

export const athena: Check = {
  name: 'athena',
  claim: 'Athena finds the event that was sent twice, once',
  after: ['event-twice', 'archive'],
  needs: [queries],
  run: (session) => untilCounted('run', 1, session),
  advice,
};

/** Bulk events are inserted by PartiQL; the stream of a local cloud may omit those. */
const bulkStream: Capability = {
  name: "the table's stream contains PartiQL inserts",
  missing: (session) =>
    waitFor('many events', { seconds: 5 }, session, async () =>
      (await numberBy(countOf('many', session), session)) > 0 ? true : undefined,
    ).then(
      () => undefined,
      () => 'the event written by PutItem is in the archive, those inserted by PartiQL are not',
    ),
};

export const athenaMany: Check = {
  name: 'athena-many',
  claim: 'Athena finds every event of a large request and of a file, once',
  after: ['body-4-mb', 'files', 'athena'],
  needs: [queries, bulkStream],
  run: (session) => untilCounted('many', fact(session, 'manySent'), session),
  advice,
};
