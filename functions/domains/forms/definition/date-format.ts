const FORMAT = /^(?:MM|DD|YYYY)(?:[./-](?:MM|DD|YYYY)){1,2}\.?$/;

/** Whether it names month and day once, and perhaps the year. */
export const isDateFormat = (format: string): boolean => {
  const tokens = format.split(/[./-]/).filter((token) => token !== '');
  return (
    FORMAT.test(format) && ['MM', 'DD'].every((name) => tokens.includes(name)) && new Set(tokens).size === tokens.length
  );
};
