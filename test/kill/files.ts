/** Rows about recurring people, so that rows interfere: new ones, changes, repetitions, conflicts, nonsense. */
export const peopleFile = (rows: number): string => {
  const people = Math.max(41, Math.floor(rows / 5));
  const row = (i: number): string => {
    const person = (i * 7) % people;
    if (i % 23 === 5) return `broken ${i},,,\n`;
    if (i % 29 === 7) return `p${person}@example.com,x\n`;
    if (i % 31 === 9) return `p${person}@example.com,${phone((person + 1) % people)},,\n`;
    const consent = i % 3 === 0 ? 'Subscribed' : i % 7 === 0 ? 'Unsubscribed' : '';
    return `p${person}@example.com,${phone(person)},${i % 5},${consent},Newsletter form\n`;
  };
  return `Email,Phone,Size,Email Marketing Consent,Consent Basis\n${Array.from({ length: rows }, (_, i) => row(i)).join('')}`;
};

const phone = (n: number): string => `+4930${1_000_000 + n}`;

/**
 * Rows of events: most have an id, some occur twice, some are invalid. With conflicts, some have other content under a
 * used id: of parallel chunks, either may then be first.
 */
export const eventsFile = (rows: number, { hasConflicts }: { readonly hasConflicts: boolean }): string => {
  const people = Math.max(23, Math.floor(rows / 20));
  const row = (i: number): string => {
    const email = `p${i % people}@example.com`;
    const day = String((i % 28) + 1).padStart(2, '0');
    const time = `2025-01-${day} 10:00:${String(i % 60).padStart(2, '0')}`;
    if (i % 19 === 4) return `${email},never,e${i},1,red\n`;
    if (i % 37 === 5) return `,${time},e${i},1,"bl\nue"\n`;
    if (i % 11 === 6 && i >= people) return row(i - people);
    if (hasConflicts && i % 13 === 6 && i >= people) return `${email},2025-01-01 00:00:00,e${i - people},99,other\n`;
    if (i % 7 === 3) return `${email},${time},,${i},"gr""een"\n`;
    return `${email},${time},e${i},${i / 2},red\n`;
  };
  return `Email,Timestamp,$event_id,$value,Colour\n${Array.from({ length: rows }, (_, i) => row(i)).join('')}`;
};
