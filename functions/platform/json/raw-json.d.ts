/** ECMAScript's JSON.rawJSON, which TypeScript's library doesn't declare yet. */
interface JSON {
  rawJSON(text: string): RawJson;
}

interface RawJson {
  readonly rawJSON: string;
}
