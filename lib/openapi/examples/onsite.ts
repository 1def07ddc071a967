import type { Examples } from './people.ts';

export const onsiteExamples: Examples = {
  setVisitorCookie: { value: 'eyJjaWQiOiI0ZjYwIn0=', domain: 'shop.example' },
};
