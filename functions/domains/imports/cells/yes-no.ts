/**
 * Yes and no as exports and spreadsheets write them: as digits and marks, as Excel writes a boolean in each of its
 * languages (support.microsoft.com, TRUE and FALSE), as tables of numbers write it, and as people write it in the
 * languages that Excel has. No word stands in both lists.
 */
const YES =
  '1 1.0 1,0 x ✓ ✔ ☑ ✅ on t true y yes j ja s si sí sì sim o oui tak d da evet kyllä joo igen ano áno jah jā taip bai да так ναι はい 是 예 네 نعم بله כן हाँ हां có ใช่ ' +
  'wahr vrai verdadero vero verdadeiro waar prawda sant sand sann tosi pravda igaz adevărat doğru истина істина αληθές αληθες αληθής αληθης cert egia tõene patiess teisinga benar ya';
const NO =
  '0 0.0 0,0 ✗ ✘ ☐ ❌ off f false n no nein non não nao nee nie nej nei ei ne nem nu hayır hayir ez нет ні не όχι οχι いいえ 否 아니요 아니오 لا خیر לא नहीं không ไม่ ' +
  'falsch faux falso onwaar fałsz falskt falsk usann epätosi nepravda hamis fals yanlış yanliş ложь хибність ψευδές ψευδες gezurra väär aplams klaidinga salah tidak';

const fold = (text: string): string => text.normalize('NFC').trim().toLowerCase();
const yes = new Set(YES.split(' ').map(fold));
const no = new Set(NO.split(' ').map(fold));

/** Reads a cell as a boolean. Undefined if it is neither. A blank cell is false. */
export const yesOrNo = (text: string): boolean | undefined => {
  const word = fold(text);
  if (yes.has(word)) return true;
  return word === '' || no.has(word) ? false : undefined;
};
