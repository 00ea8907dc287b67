/**
 * The order of texts in a language whose own letters come behind all others, as Windows sorts them; ICU puts them first. Letters are compared one by one
 * until two differ: by script, then by the language. What is alike letter for letter is ordered as a whole.
 * @param native a letter of the language's own script
 */
export function nativeLast(locale: string, native: RegExp): (left: string, right: string) => number {
  // Pinyin sorts letters with tone marks before those without, which is not how Windows sorts accents.
  const whole = new Intl.Collator("en", { sensitivity: "variant" });
  const letters = new Intl.Collator(locale, { sensitivity: "base" });
  return (left, right) => {
    const [first, second] = [[...left], [...right]];
    for (let index = 0; index < first.length && index < second.length; index++) {
      const [a, b] = [first[index]!, second[index]!];
      if (a === b) continue;
      const order = Number(native.test(a)) - Number(native.test(b)) || letters.compare(a, b);
      if (order !== 0) return order;
    }
    return first.length - second.length || whole.compare(left, right);
  };
}
