import { GVL, TCModel, TCString } from '@iabtcf/core';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { SignalsBody } from '../../functions/model/signals.ts';

const VENDORS = 1_200;
const numbered = <T>(count: number, make: (id: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i + 1), make(i + 1)]));
const item = (id: number) => ({ id, name: `${id}`, description: '', descriptionLegal: '', illustrations: [] });
const purposes = [1, 2, 3, 4, 5, 6];
const gvl = new GVL({
  gvlSpecificationVersion: 3,
  vendorListVersion: 48,
  tcfPolicyVersion: 4,
  lastUpdated: '2026-01-01T00:00:00Z',
  purposes: numbered(11, item),
  specialPurposes: numbered(2, item),
  features: numbered(3, item),
  specialFeatures: numbered(2, item),
  stacks: {},
  dataCategories: {},
  vendors: numbered(VENDORS, (id) => ({
    id,
    name: `Vendor ${id}`,
    purposes,
    legIntPurposes: [7, 9, 10],
    flexiblePurposes: [],
    specialPurposes: [1],
    features: [],
    specialFeatures: [],
    urls: [],
    usesCookies: true,
    cookieMaxAgeSeconds: 1,
    usesNonCookieAccess: false,
  })),
} as never);

const vendors = fc.uniqueArray(fc.integer({ min: 1, max: VENDORS }), { maxLength: VENDORS });
const made = fc.record({
  cmpId: fc.integer({ min: 2, max: 4_000 }),
  consents: vendors,
  interests: vendors,
  chosen: fc.subarray(purposes),
});

test("accepts every TC string of the IAB's own library, and refuses a truncated or altered header", () => {
  fc.assert(
    fc.property(made, ({ cmpId, consents, interests, chosen }) => {
      const model = new TCModel(gvl);
      model.cmpId = cmpId;
      model.cmpVersion = 7;
      model.consentScreen = 1;
      model.isServiceSpecific = true;
      model.vendorConsents.set([...consents]);
      model.vendorLegitimateInterests.set([...interests]);
      model.purposeConsents.set([...chosen]);
      const tc_string = TCString.encode(model);
      expect(tc_string.length).toBeGreaterThan(36);
      expect(v.parse(SignalsBody, { tc_string })?.tc_string).toBe(tc_string);
      const broken = [
        tc_string.slice(0, 30),
        `CAAAAAAAAAAAA${tc_string.slice(13)}`,
        `B${tc_string.slice(1)}`,
        `${tc_string}.`,
        ` ${tc_string}`,
      ];
      for (const one of broken) expect(v.safeParse(SignalsBody, { tc_string: one }).success, one).toBe(false);
    }),
    { numRuns: 40 },
  );
});
