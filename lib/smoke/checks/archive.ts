import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { dayOf, dayPrefix } from '../../../functions/archive/place.ts';
import { numberBy, queries } from '../athena.ts';
import { type Check, Failure } from '../check.ts';
import { outputOf } from '../deployment.ts';
import { accountOf, fact, type Session } from '../session.ts';
import { waitFor } from '../wait.ts';

/** The stream's batches are five minutes long. */
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

/** S3 counts in whole seconds. */
const startOf = ({ startedAt }: Session): number => Math.floor(startedAt.getTime() / 1_000) * 1_000;

export const archive: Check = {
  name: 'archive',
  claim: 'events arrive in the archive by themselves',
  after: ['event-twice'],
  run: async (session) => {
    const objects = await waitFor('an object in the archive', PATIENCE, session, async () => {
      const count = await countObjects(session);
      return count > 0 ? count : undefined;
    });
    return { seen: `${objects} objects below ${dayPrefix(accountOf(session), daysOf(session)[0] ?? '')}` };
  },
  advice:
    'Nothing after ten minutes: is the event source mapping of archive-stream enabled, and does its log name an error? What it gave up lies in its dead letters; npm run admin -- events archive brings it later.',
};

/** The local cloud has no views: there the lines below it are counted, each id once. */
const countOf = (session: Session): string => {
  const account = `account = '${accountOf(session)}'`;
  const days = `day >= '${daysOf(session)[0]}'`;
  const mine = `properties LIKE '%"run":"${session.runId}"%'`;
  return session.deployment.isLocal
    ? `SELECT count(DISTINCT id) AS events FROM event_lines WHERE ${account} AND ${days} AND ${mine}`
    : `SELECT count(*) AS events FROM events WHERE ${account} AND ${days} AND ${mine}`;
};

export const athena: Check = {
  name: 'athena',
  claim: 'Athena finds every event that was sent, once',
  after: ['archive', 'event-twice', 'body-4-mb', 'files'],
  needs: [queries],
  run: async (session) => {
    const { progress, deployment } = session;
    const wanted = fact(session, 'eventsSent');
    let found = 0;
    // Athena charges for 10 MB at least, so it is not asked every second.
    const everySeconds = deployment.isLocal ? 1 : 30;
    await waitFor(`${wanted} events in Athena`, { ...PATIENCE, everySeconds }, session, async () => {
      found = await numberBy(countOf(session), session);
      progress(`Athena finds ${found} of ${wanted} events`);
      return found >= wanted ? found : undefined;
    }).catch((error: unknown) => {
      throw error instanceof Failure && found > 0 ? new Failure(`Athena finds ${found} of ${wanted} events.`) : error;
    });
    if (found !== wanted) throw new Failure(`Athena finds ${found} events; ${wanted} were sent.`);
    return { seen: `${found} events` };
  },
  advice:
    'An error of permissions: in accounts with Lake Formation grant your role SELECT on the database. Too few: look at the dead letters of archive-stream. Too many: the view `events` counts copies.',
};
