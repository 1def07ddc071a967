/** The people of the demo shop. All data is fixed, so that a second run adds nothing. */
export const people = [
  { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', phoneNumber: '+493012345678' },
  { email: 'grace@example.com', firstName: 'Grace', lastName: 'Hopper' },
  { email: 'alan@example.com', firstName: 'Alan', lastName: 'Turing' },
] as const;

const [ada, grace, alan] = people;

export const visits = [
  {
    email: ada.email,
    name: 'Viewed Product',
    id: 'demo-1',
    time: '2026-11-02T09:15:00.000Z',
    properties: { sku: 'TEA-1' },
  },
  {
    email: ada.email,
    name: 'Added to Cart',
    id: 'demo-2',
    time: '2026-11-02T09:16:30.000Z',
    properties: { sku: 'TEA-1' },
  },
  {
    email: ada.email,
    name: 'Placed Order',
    id: 'demo-3',
    time: '2026-11-02T09:20:00.000Z',
    value: 24.9,
    properties: { sku: 'TEA-1', gift: true },
  },
  {
    email: grace.email,
    name: 'Viewed Product',
    id: 'demo-4',
    time: '2026-11-03T17:40:00.000Z',
    properties: { sku: 'POT-2' },
  },
  {
    email: alan.email,
    name: 'Placed Order',
    id: 'demo-5',
    time: '2026-11-04T11:00:00.000Z',
    value: 61,
    properties: { sku: 'POT-2' },
  },
] as const;

/** Two rows create people, one updates a person, one is invalid. */
export const file = `Email,First Name,Favourite tea,Email Marketing Consent,Email Marketing Consent Timestamp
ada@example.com,Ada,Assam,,
katherine@example.com,Katherine,Darjeeling,Subscribed,2026-10-01 12:00:00
edsger@example.com,Edsger,none,,
not an address,Nobody,Earl Grey,,
`;
