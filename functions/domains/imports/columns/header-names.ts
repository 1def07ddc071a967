import { createRequire } from 'node:module';

type Translated = typeof import('./translated-names.ts');

/** The names of profile fields in Klaviyo, Shopify, WooCommerce, Mailchimp and HubSpot. */
const products = {
  email: ['email', 'email address', 'e-mail', 'user email', 'customer email', 'billing email', 'email (billing)'],
  phone_number: ['phone number', 'phone', 'billing phone', 'phone (billing)'],
  external_id: ['external id'],
  first_name: ['first name', 'fname', 'billing first name', 'first name (billing)'],
  last_name: ['last name', 'lname', 'billing last name', 'last name (billing)'],
  organization: [
    'organization',
    'company',
    'company name',
    'default address company',
    'billing company',
    'company (billing)',
  ],
  title: ['title', 'job title'],
  locale: ['locale', 'preferred language'],
  image: ['image'],
  address1: ['address', 'address 1', 'street address', 'default address address1', 'billing address 1'],
  address2: ['address 2', 'default address address2', 'billing address 2'],
  city: ['city', 'default address city', 'billing city', 'city (billing)'],
  region: [
    'region',
    'state',
    'province',
    'state / region',
    'state/province',
    'state/region',
    'default address province code',
    'province code',
    'billing state',
    'state code (billing)',
  ],
  zip: ['zip', 'zip code', 'postal code', 'default address zip', 'billing postcode', 'postcode (billing)'],
  country: [
    'country',
    'country / region',
    'country/region',
    'default address country code',
    'country code',
    'billing country',
    'country code (billing)',
    'cc',
  ],
  timezone: ['timezone', 'time zone'],
  latitude: ['latitude'],
  longitude: ['longitude'],
  ip: ['ip address'],
} as const;

export type Part = keyof typeof products;

/** The full name, or the last name if another column has the first name. */
export const fullNames: readonly string[] = ['name', 'nom', 'naam'];

/** The names of the time of an event, in the same languages. */
export const timeNames: readonly string[] = [
  'timestamp',
  'time',
  'created at',
  'order date',
  'date created',
  'date',
  'zeitstempel',
  'zeitpunkt',
  'bestelldatum',
  'datum',
  'horodatage',
  'date de commande',
  'fecha',
  'fecha de pedido',
  'marca temporal',
  'data ordine',
  'besteldatum',
  'data do pedido',
  'data zamówienia',
  'data',
];

/** The names of other known columns. */
export const otherNames: readonly string[] = [
  ...timeNames,
  'email marketing consent',
  'sms marketing consent',
  'accepts email marketing',
  'accepts sms marketing',
  'metric',
  'price',
  'quantity',
  'product',
  'total',
  'amount',
  'sku',
];

export const parts = Object.keys(products) as readonly Part[];

let translated: Translated | undefined;

/** Returns the names of a field, in order of preference. Other languages are loaded with the first file. */
export const namesOf = (part: Part): readonly string[] => {
  translated ??= createRequire(import.meta.url)('./translated-names.ts') as Translated;
  return [...products[part], ...translated.translatedNames(part)];
};
