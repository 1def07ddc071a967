import * as v from 'valibot';
import { properties } from '../../../../model/properties.ts';
import {
  EventProperties,
  EventTime,
  EventValue,
  MetricName,
  UniqueId,
  ValueCurrency,
} from '../../../events/records/event.ts';
import { Id, optionalText } from '../../source/fields.ts';

/** One or several: an expression that selects one object returns no list of it. */
const oneOrMore = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.nullish(v.union([v.array(schema), schema])),
    v.transform((given) => (given === null || given === undefined ? [] : [given].flat())),
  );

const person = {
  email: optionalText,
  phone: optionalText,
  country: optionalText,
  customer_id: v.nullish(Id),
};

const Event = v.strictObject({
  ...person,
  metric: MetricName,
  id: v.nullish(v.pipe(Id, UniqueId)),
  time: v.nullish(EventTime),
  properties: v.nullish(EventProperties, {}),
  value: v.nullish(EventValue),
  currency: v.nullish(ValueCurrency),
});

const Profile = v.strictObject({
  ...person,
  time: v.nullish(EventTime),
  first_name: optionalText,
  last_name: optionalText,
  organization: optionalText,
  title: optionalText,
  locale: optionalText,
  location: v.nullish(
    v.strictObject({
      address1: optionalText,
      address2: optionalText,
      city: optionalText,
      region: optionalText,
      zip: optionalText,
      country: optionalText,
    }),
  ),
  properties: v.nullish(properties(), {}),
});

const Consent = v.strictObject({
  ...person,
  channel: v.picklist(['email', 'sms']),
  status: v.picklist(['SUBSCRIBED', 'UNSUBSCRIBED']),
  time: v.nullish(EventTime),
  double_opt_in: v.nullish(v.boolean()),
});

/** What a mapping returns. Nothing is a delivery that says nothing. */
export const MappingResult = v.nullish(
  v.strictObject({ events: oneOrMore(Event), profiles: oneOrMore(Profile), consents: oneOrMore(Consent) }),
  {},
);
export type MappingResult = NonNullable<v.InferOutput<typeof MappingResult>>;
