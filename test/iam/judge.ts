import { isMapping } from '../../functions/domains/imports/names/suffixes.ts';
import { uploadFolders } from '../../functions/domains/imports/places/folders.ts';
import type { Deployment } from './deployment.ts';
import type { IamRequest } from './map/request.ts';
import { principalsOf, resourcePoliciesOf, shortenerOf, spreadOut } from './policies.ts';
import type { Call } from './recording.ts';
import { simulate, type Verdict } from './simulate.ts';

interface Asked extends IamRequest {
  /** A function's name, or a service such as `events.amazonaws.com`. */
  readonly by: string;
}

/** Evaluates requests as IAM would, for one deployment, and records the grants used. */
export const openJudge = (deployment: Deployment) => {
  const shorten = shortenerOf(deployment);
  const resourcePolicies = resourcePoliciesOf(deployment);
  const principals = principalsOf(deployment).map((one) => ({ ...one, ...spreadOut(one, shorten) }));
  const verdicts = new Map<string, Promise<Verdict>>();
  const used = new Set<string>();

  const principalOf = (by: string, role: string | undefined) => {
    const found = principals.find((one) => (role === undefined ? one.name === by : one.role === role));
    if (!found) throw new Error(`Nothing that is deployed has the role of ${role ?? by}.`);
    return found;
  };

  const decide = async ({ by, role, ...request }: Asked): Promise<Verdict> => {
    const resourcePolicy = resourcePolicies.get(ownerOf(request.resource));
    if (role === undefined && by.endsWith('.amazonaws.com'))
      return simulate({ ...request, principal: by, identityPolicies: [], resourcePolicy });
    const { role: principal, document, grants } = principalOf(by, role);
    const identityPolicies = [{ name: 'role', policy: document }];
    const verdict = await simulate({ ...request, principal, identityPolicies, resourcePolicy });
    for (const { sid, label } of grants) if (verdict.allowedBy.includes(sid)) used.add(label);
    return verdict;
  };

  const judge = (asked: Asked): Promise<Verdict> => {
    const question = JSON.stringify(asked);
    const known = verdicts.get(question) ?? decide(asked);
    verdicts.set(question, known);
    return known;
  };

  return {
    judge,
    shorten,
    principals,
    /** The denied ones of the requests, as text. */
    async deniedOf(all: readonly (Asked & { readonly operation?: string })[]): Promise<string[]> {
      const denied = new Set<string>();
      for (const { operation, ...asked } of all) {
        const { isAllowed, result } = await judge(asked);
        const how = operation === undefined ? '' : ` (${operation})`;
        if (!isAllowed) denied.add(`${asked.by} ${asked.action} ${shorten(asked.resource)}${how}: ${result}`);
      }
      return [...denied].toSorted();
    },
    /** Grants that no request has used so far. */
    unused: (): string[] =>
      principals
        .flatMap(({ grants }) => grants.map(({ label }) => label))
        .filter((label) => !used.has(label))
        .toSorted(),
  };
};

/** Objects are covered by the policies of their buckets. */
const ownerOf = (arn: string): string => (arn.startsWith('arn:aws:s3:::') ? arn.replace(/\/.*/s, '') : arn);

export const questionsOf = (calls: readonly Call[]): (Asked & { readonly operation: string })[] =>
  calls.flatMap(({ function: by, operation, requests }) => requests.map((request) => ({ ...request, by, operation })));

/** AWS's notifications of uploads name a version, which is then read; the local cloud's name none. */
export const withVersions = (call: Call): Call => {
  const isUpload = (resource: string): boolean => {
    const [, key = ''] = /^arn:aws:s3:::[^/]+\/(.*)$/s.exec(resource) ?? [];
    return !isMapping(key) && uploadFolders.some((folder) => key.startsWith(folder));
  };
  const requests = call.requests.map((request) =>
    request.action === 's3:GetObject' && isUpload(request.resource)
      ? { ...request, action: 's3:GetObjectVersion', context: { ...request.context, 's3:versionid': '1' } }
      : request,
  );
  return { ...call, requests };
};

const KEYS = 'dynamodb:LeadingKeys';

/**
 * AWS does not document whether each item of a transaction is judged by its own key, or by the keys of all. Here all
 * keys count.
 */
export const withAllKeys = (call: Call): Call => {
  const keys = [...new Set(call.requests.flatMap(({ context }) => context[KEYS] ?? []))].toSorted();
  if (keys.length === 0) return call;
  const requests = call.requests.map((request) =>
    request.context[KEYS] === undefined ? request : { ...request, context: { ...request.context, [KEYS]: keys } },
  );
  return { ...call, requests };
};
