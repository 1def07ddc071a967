import type { SourceName } from '../source/names.ts';
import type { Source } from '../source/source.ts';
import { bigcommerce } from './bigcommerce/bigcommerce.ts';
import { generic } from './generic/generic.ts';
import { shopify } from './shopify/shopify.ts';
import { stripe } from './stripe/stripe.ts';
import { woocommerce } from './woocommerce/woocommerce.ts';

/** All sources. A new one is a folder, its name in `source/names.ts`, and a line here. */
export const sources: Readonly<Record<SourceName, Source>> = { bigcommerce, generic, shopify, stripe, woocommerce };
