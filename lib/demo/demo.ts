import * as v from 'valibot';
import { formatTable } from '../admin/cli/output.ts';
import type { LocalStack } from '../local/stack/stack-file.ts';
import { get } from './call.ts';
import { addEvents, addPeople, connect, subscribe, timeline } from './fill.ts';
import { importFile } from './import.ts';
import { file, people, visits } from './shop.ts';

const ConsentDecision = v.object({
  data: v.object({ attributes: v.object({ allowed: v.boolean(), because: v.string() }) }),
});
const Ledger = v.object({
  data: v.array(
    v.object({
      attributes: v.object({
        at: v.string(),
        channel: v.string(),
        from: v.nullable(v.string()),
        to: v.string(),
        method: v.nullable(v.string()),
        custom_source: v.nullable(v.string()),
      }),
    }),
  ),
});

/** Adds a small shop to a running deployment and prints the result. It can be run again. */
export const demo = async (stack: LocalStack, print: (text: string) => void): Promise<void> => {
  const client = connect(stack);
  const [first] = people;

  const [id = ''] = await addPeople(client);
  const duplicates = await addEvents(client);
  print(
    `${people.length} profiles and ${visits.length} events sent by the official klaviyo-api client${duplicates > 0 ? `; ${duplicates} events were stored already` : ''}.`,
  );
  await subscribe(client, first.email);
  print(`${first.email} subscribed to e-mail marketing.`);
  const { key, job, errors } = await importFile(stack, file);

  print(`\nTimeline of ${first.firstName} ${first.lastName} (${id})`);
  print(indent(formatTable((await timeline(client, id)).map((entry) => ({ ...entry })))));

  const { data: decision } = await get(stack, `/api/profiles/${id}/consent?channel=email`, ConsentDecision);
  print(
    `\nMay we e-mail her? ${decision.attributes.allowed ? 'Yes' : 'No'}: ${decision.attributes.because}. The proof:`,
  );
  const { data: ledger } = await get(stack, `/api/profiles/${id}/consent-ledger`, Ledger);
  print(
    indent(
      formatTable(
        ledger.map(({ attributes: { at, channel, from, to, method, custom_source } }) => ({
          at,
          channel,
          from: from ?? undefined,
          to,
          by: method ?? undefined,
          source: custom_source ?? undefined,
        })),
      ),
    ),
  );

  const { status, total_count, created_count, updated_count, unchanged_count, failed_count } = job.attributes;
  print(`\nImport of s3://${stack.importsBucket}/${key}: ${status}`);
  print(
    indent(
      `${total_count} rows: ${created_count} created, ${updated_count} updated, ${unchanged_count} unchanged, ${failed_count} failed`,
    ),
  );
  for (const { row_number, column, message } of errors)
    print(indent(`row ${row_number}, ${column ?? 'whole row'}: ${message}`));
  print(nextSteps(stack, id, key, job.id));
};

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');

const nextSteps = (
  { apiUrl, companyId, apiKey, importsBucket, awsEndpoint }: LocalStack,
  id: string,
  key: string,
  job: string,
): string => `
Try next
  Her profile, with consent:
    curl -g '${apiUrl}/api/profiles/${id}?additional-fields[profile]=subscriptions' -H 'Authorization: Klaviyo-API-Key ${apiKey}'
  Send an event as a browser does:
    curl '${apiUrl}/client/events?company_id=${companyId}' -H 'content-type: application/json' -d '{"data":{"type":"event","attributes":{"properties":{},"metric":{"data":{"type":"metric","attributes":{"name":"Waved"}}},"profile":{"data":{"type":"profile","attributes":{"email":"${people[0].email}"}}}}}}'
  The result of the import, and its failed row to correct and import again:
    npm run admin -- imports show ${job}
    curl ${awsEndpoint}/${importsBucket}/${key.replace(/\.csv$/, '.errors.csv')}
  Every endpoint:
    curl ${apiUrl}/openapi.json`;

/** The reason of an error. The client's errors contain the whole request, so only the response's details are shown. */
export const describeError = (error: unknown): string => {
  const refusal = v.safeParse(Refusal, error);
  if (refusal.success) return refusal.output.response.data.errors.map(({ detail }) => detail).join('\n');
  return error instanceof Error ? error.message : String(error);
};

const Refusal = v.object({
  response: v.object({ data: v.object({ errors: v.array(v.object({ detail: v.string() })) }) }),
});
