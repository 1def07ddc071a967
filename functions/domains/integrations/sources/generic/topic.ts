import type * as v from 'valibot';
import { ApiError } from '../../../../platform/errors.ts';
import { parseExact } from '../../../../platform/json/parse-exact.ts';
import { ExpressionError, evaluate } from '../../../../platform/sandbox/evaluate.ts';
import { defineTopic } from '../../source/define-topic.ts';
import { present } from '../../source/fields.ts';
import type { MapContext, Mapped, Topic } from '../../source/source.ts';
import { MappingResult } from './result.ts';

/** Checks that an expression can be read. @throws ApiError `invalid` */
export const checkMapping = async (expression: string): Promise<void> => {
  await evaluateMapping({ expression });
};

/** The mapping of the integration, for every topic. */
export const mapGeneric: Topic = async (payload, context) => {
  const { generic, topic, delivery } = context;
  const result = await evaluateMapping({
    expression: generic?.mapping ?? '',
    input: JSON.stringify(payload),
    bindings: { topic, received_at: delivery.receivedAt.toISOString() },
  });
  return readResult(parseExact(result), context);
};

const evaluateMapping = async (evaluation: Parameters<typeof evaluate>[0]): Promise<string> => {
  try {
    return await evaluate(evaluation);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ApiError('invalid', {
      detail: `The mapping failed: ${error.message}`,
      source: { pointer: '/data/attributes/generic/mapping' },
    });
  }
};

const readResult: Topic = defineTopic(MappingResult, (result, context): Mapped => toMapped(result ?? {}, context));

type Result = Partial<v.InferOutput<typeof MappingResult>>;

const toMapped = ({ events = [], profiles = [], consents = [] }: Result, { delivery }: MapContext): Mapped => ({
  people: profiles.map(({ time, location, properties, ...profile }) => ({
    person: personOf(profile),
    ...(time && { at: time }),
    fields: present({
      first_name: profile.first_name,
      last_name: profile.last_name,
      organization: profile.organization,
      title: profile.title,
      locale: profile.locale,
    }),
    ...(location && { location: present(location) }),
    ...(properties && { properties }),
  })),
  events: events.map((event, index) => ({
    metric: event.metric,
    // Without an id of the sender, a repetition with the same delivery is recognized, and ours always are.
    id: event.id ?? `${delivery.id}:${index}`,
    person: personOf(event),
    ...(event.time && { time: event.time }),
    properties: event.properties ?? {},
    ...(typeof event.value === 'number' && { value: event.value }),
    ...(event.currency && { currency: event.currency }),
  })),
  consents: consents.map((consent) => ({
    person: personOf(consent),
    channel: consent.channel,
    to: consent.status,
    ...(consent.time && { at: consent.time }),
    ...(consent.double_opt_in && { isDoubleOptIn: true }),
  })),
});

interface NamedPerson {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly country?: string | undefined;
  readonly customer_id?: string | null | undefined;
}

const personOf = ({ email, phone, country, customer_id }: NamedPerson) => ({
  email,
  phone,
  country,
  ...(customer_id && { customerId: customer_id }),
});
