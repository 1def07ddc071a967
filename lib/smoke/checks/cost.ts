import { GetCostAndUsageCommand, ListCostAllocationTagsCommand } from '@aws-sdk/client-cost-explorer';
import type { Capability, Check, Passed } from '../session/check.ts';
import type { Session } from '../session/session.ts';

const TAG = 'application';
const SHOWN = 5;

/** Errors that Cost Explorer itself returns. Each proves that it exists. */
const ITS_OWN =
  /^(DataUnavailable|BillExpiration|AccessDenied|LimitExceeded|RequestChanged|InvalidNextToken|Validation)/;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

const costExplorer: Capability = {
  name: 'Cost Explorer responds',
  missing: (session) =>
    monthOf(session).then(
      () => undefined,
      (error: unknown) => (ITS_OWN.test(nameOf(error)) ? undefined : `GetCostAndUsage returned ${nameOf(error)}`),
    ),
};

const DAY_MS = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** By service, the most expensive first. */
const monthOf = async ({ deployment }: Session) => {
  const asked = new GetCostAndUsageCommand({
    TimePeriod: { Start: `${day(Date.now()).slice(0, 8)}01`, End: day(Date.now() + DAY_MS) },
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost'],
    Filter: { Tags: { Key: TAG, Values: [deployment.name] } },
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
  });
  const { ResultsByTime = [] } = await deployment.clients.costs.send(asked);
  return ResultsByTime.flatMap(({ Groups = [] }) => Groups)
    .map(({ Keys = [], Metrics }) => ({ service: Keys[0] ?? '', dollars: Number(Metrics?.UnblendedCost?.Amount ?? 0) }))
    .toSorted((a, b) => b.dollars - a.dollars);
};

/** Undefined if this account has no access: in an organization only the payer account may query. */
const isTagActive = async ({ deployment }: Session): Promise<boolean | undefined> => {
  try {
    const asked = new ListCostAllocationTagsCommand({ TagKeys: [TAG] });
    const { CostAllocationTags = [] } = await deployment.clients.costs.send(asked);
    return CostAllocationTags.some(({ Status }) => Status === 'Active');
  } catch {
    return undefined;
  }
};

export const cost: Check = {
  name: 'cost',
  claim: 'Cost Explorer shows the cost of this deployment',
  needs: [costExplorer],
  run: async (session): Promise<Passed> => {
    try {
      const services = (await monthOf(session)).filter(({ dollars }) => dollars > 0);
      const sum = services.reduce((all, { dollars }) => all + dollars, 0);
      const lines = services.slice(0, SHOWN).map(({ service, dollars }) => `${service} $${dollars.toFixed(2)}`);
      const seen = `$${sum.toFixed(2)} this month${lines.length > 0 ? `: ${lines.join(', ')}` : ''}`;
      if (services.length > 0) return { seen };
      return { seen, warning: (await isTagActive(session)) === true ? LATE : INACTIVE };
    } catch (error) {
      return { seen: `Cost Explorer does not respond (${nameOf(error)})`, warning: CLOSED };
    }
  },
  advice: 'Check by hand: Billing, Cost Explorer, filter by the tag application.',
};

const INACTIVE = `The tag '${TAG}' is not active for cost allocation, or has no costs yet. Activate it in the payer account: Billing, Cost allocation tags. Costs from then on appear within a day.`;
const LATE = 'Costs appear about a day late: check again tomorrow.';
const CLOSED =
  'Open Cost Explorer once in the Billing console, which turns it on, and allow ce:GetCostAndUsage. In an organization the payer account decides on access.';
